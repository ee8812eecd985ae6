"""Whatever stands in a parameter is a value: no statement is changed by it, and no request breaks the server."""

from typing import Any
from urllib.parse import quote, urlencode

from cityops.accounts.roles import Role
from tests.security.conftest import House, account_of
from tests.security.routes import call_of, callbacks

HOSTILE = (
    "'; DROP TABLE alert; --",
    "1 OR 1=1",
    "' UNION SELECT password_hash FROM app_user --",
    '"; DELETE FROM audit_log; --',
    "$$; UPDATE alert SET acknowledged = true; $$",
    "%(series_id)s %s %",
    "{rollup}",
    "air-1\x00",
    "😀\u202e\ufeff",
    "٣",  # a digit to Python, none to a database
    "9" * 5000,
    "-1",
    "0001-01-01",
    "9999-12-31",
    "99999999999999999999999",
    "NaN",
    "",
)
# Addresses of pages and the live map, which the description of the API does not hold.
FILTERS = ("/shift?sheet=", "/wall?area=", "/wall?token=", "/sensors?sensor=", "/desk?alert=", "/live/map?area=",
           "/live/focus?alert=",
           "/environment?area=", "/traffic?metric=", "/environment/export.csv?area=", "/traffic/export.xlsx?compare=",
           "/emergency/export.geojson?metric=", "/environment/export.png?span=",
           "/environment/export.csv?until=",
           "/login?next=", "/desk?lang=")  # fmt: skip


def test_no_parameter_of_any_route_is_more_than_a_value(house: House) -> None:
    cookie = house.log_in(account_of(Role.VIEWER))
    before = house.content()
    for hostile in HOSTILE:
        paths = [place + quote(hostile) for place in FILTERS] + addresses(house.app.openapi(), hostile)
        paths += [f"/shift/sheets/{quote(hostile, safe='')}.{kind}" for kind in ("csv", "json")]
        for path in paths:
            answer = house.ask("GET", path, cookie=cookie)

            assert answer.status_code < 500, path[:200]
        form = {"name": hostile, "password": hostile, "next": hostile}

        # Nobody is let in; whoever has tried ten times has to wait.
        assert house.ask("POST", "/login", data=form).status_code in {401, 429}, hostile[:50]
    assert house.content() == before


def test_no_filter_of_any_page_is_more_than_a_value(house: House) -> None:
    """Callbacks that read an address get one that is full of it; others get what no browser of ours would send."""
    cookie = house.log_in(account_of(Role.VIEWER))
    before = house.content()
    names = (
        "sensor",
        "span",
        "sheet",
        "alert",
        "area",
        "domain",
        "severity",
        "state",
        "sort",
        "q",
        "metric",
        "compare",
        "until",
    )
    for hostile in HOSTILE:
        search = "?" + urlencode(dict.fromkeys(names, hostile))
        for output, entry in callbacks().items():
            call = call_of(output, entry, hostile)
            parts = [*call["inputs"], *call["state"]]
            filtered = any(part["property"] == "search" for part in parts)
            for part in parts if filtered else []:
                part["value"] = search if part["property"] == "search" else None
            answer = house.ask("POST", "/_dash-update-component", cookie=cookie, json=call)

            assert answer.status_code < 500, f"{output} with {hostile[:50]!r}"
    assert house.content() == before


def addresses(openapi: dict[str, Any], hostile: str) -> list[str]:
    """Return the address of each route that reads, with the hostile value in one parameter after the other."""
    found = []
    for path, methods in openapi["paths"].items():
        described = methods.get("get", {})
        if "text/event-stream" in str(described.get("responses")):
            continue  # it has no end
        names = [(one["in"], one["name"]) for one in described.get("parameters", []) if one["in"] != "header"]
        needed = [(kind, part) for kind, part in names if kind == "path" or part == "metric"]
        for _, name in names:
            good = {part: "pm25" if part == "metric" else "1" for _, part in needed}
            values = {**good, name: hostile}
            filled = path
            for kind, part in names:
                if kind == "path":
                    filled = filled.replace(f"{{{part}}}", quote(values[part], safe=""))
            query = {part: value for part, value in values.items() if ("query", part) in names}
            found.append(filled + (f"?{urlencode(query)}" if query else ""))
    return found
