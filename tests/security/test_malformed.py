"""What is malformed, or too much, is refused with 4xx: it is no fault of the server, and no 500 is silent."""

import json
import logging
import re
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from cityops.accounts.roles import Role
from cityops.web import request_bodies
from tests.security.conftest import House, account_of
from tests.security.routes import call_of, callbacks, fill, templates_of

UPDATE = "/_dash-update-component"
JSON = {"content-type": "application/json"}


UNKNOWN = ("/_dash-component-suites/1/1", "/_dash-component-suites/dash/nope.js", "/_dash-component-suites//",
           "/_dash-component-suites/dash/%2e%2e/%2e%2e/etc/passwd", "/_reload-hash", "/api/v1/nope", "/api/nope",
           "/api")  # fmt: skip
NO_CALLS = ("", "{", "{}", "[]", "null", "1", '"a"', "\udcff", "[" * 5000, '{"output": 1}',
            '{"output": "nope.children"}', '{"output": "nope.children", "inputs": [], "outputs": {"id": "nope"}}',
            )  # fmt: skip


def test_what_is_unknown_or_no_call_at_all_is_refused(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.VIEWER))
    for path in UNKNOWN:
        answer = shared_house.ask("GET", path, cookie=cookie)

        assert (answer.status_code, answer.json()["error"]) == (404, "unknown"), path
    for body in NO_CALLS:
        sent = body.encode("utf-8", "surrogateescape")

        assert shared_house.ask("POST", UPDATE, cookie=cookie, headers=JSON, content=sent).status_code == 422, body[:50]
        assert shared_house.ask("POST", UPDATE, headers=JSON, content=sent).status_code == 401, body[:50]
    assert shared_house.ask("POST", UPDATE, cookie=cookie, content=b"{}").status_code == 415


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["points", "customdata", "id", "sheet", "action", "shown", "metric", "area", "until", ""]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
SEARCHES = st.dictionaries(
    st.sampled_from(["metric", "area", "span", "until", "at", "compare", "sensor", "sheet", "view", "alert", "lang"]),
    st.text(max_size=12) | st.sampled_from(["0001-01-01", "9999-12-31", "24:00", "day", "before", "1&area=2"]),
).map(lambda query: "?" + "&".join(f"{name}={value}" for name, value in query.items()))


def test_no_value_breaks_a_callback(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.SUPERVISOR))

    @seed(7)
    @settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data: Any) -> None:
        for output, entry in every_callback().items():
            call = call_of(output, entry)
            for part in [*call["inputs"], *call["state"]]:
                drawn = data.draw(SEARCHES if part["property"] == "search" else VALUES)
                part["value"] = drawn
            call["changedPropIds"] = [f"{part['id']}.{part['property']}" for part in call["inputs"][:1]]
            answer = shared_house.ask("POST", UPDATE, cookie=cookie, json=call)

            assert answer.status_code < 500, f"{output}: {json.dumps(call)[:500]}"

    ask()


def test_a_fault_is_logged_wherever_it_happens(
    shared_house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = shared_house.log_in(account_of(Role.VIEWER))
    output, entry = next((name, one) for name, one in callbacks().items() if "strip" in name)

    async def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setitem(entry, "callback", fail)
    with caplog.at_level(logging.ERROR):
        answer = shared_house.ask("POST", UPDATE, cookie=cookie, json=call_of(output, entry))

    assert answer.status_code == 500
    assert answer.json()["error"] == "fault"
    assert any(record.exc_info and "on purpose" in str(record.exc_info[1]) for record in caplog.records)


def test_a_body_that_is_too_large_is_refused_wherever_it_goes(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.OFFICER))
    large = b"x" * (request_bodies.LARGEST + 1)
    for path in ("/login", UPDATE, "/api/v1/alerts/1/comment", "/api/v1/cases/1/photos", "/account/password", "/nope"):
        told = shared_house.ask("POST", path, cookie=cookie, headers=JSON, content=large)
        chunked = shared_house.ask("POST", path, cookie=cookie, headers=JSON, content=iter([large[:1000], large]))

        assert (told.status_code, chunked.status_code) == (413, 413), path


ENDS = (
    ("0001-01-01T00:00:00%2B14:00", "0001-03-01T00:00:00%2B14:00"),
    ("9999-12-01T00:00:00-14:00", "9999-12-31T23:59:59-14:00"),
    ("1899-12-31T23:59:59Z", "1900-01-02T00:00:00Z"),
)


def test_the_ends_of_the_calendar_are_refused(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.OFFICER))
    for start, end in ENDS:
        asked = [f"/api/v1/sensors/x/history?metric=pm25&start={start}&end={end}", f"/api/v1/air?until={start}"]
        for path in asked:
            assert shared_house.ask("GET", path, cookie=cookie).status_code == 422, path
        until = {"version": 1, "reason": "x", "until": start.replace("%2B", "+")}
        assert shared_house.ask("POST", "/api/v1/alerts/1/shelve", cookie=cookie, json=until).status_code == 422


def test_personal_answers_are_kept_by_nobody(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.SUPERVISOR))
    for path in ("/api/v1/alerts", "/api/v1/sensors", "/account", "/desk", "/_dash-layout", "/api/v1/openapi.json"):
        assert shared_house.ask("GET", path, cookie=cookie).headers["cache-control"] == "no-store", path
    assert shared_house.ask("GET", "/login").headers["cache-control"] == "no-store"
    assert "no-store" not in shared_house.ask("GET", "/assets/look.css").headers.get("cache-control", "")


IS_FILE = re.compile(r"\.(csv|xlsx|json|geojson|png|pdf)$|/export")
FOR_ALL_PERSONS = ("/api/v1/openapi.json",)  # says nothing of the city
FROM_ELSEWHERE = (
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    {"sec-fetch-site": "same-site"},
    {"referer": "https://elsewhere.example/"},
    {"origin": "null"},
)


def files_of(app: FastAPI) -> list[str]:
    """Return the address of every file that a person can take out."""
    found = [route.path for route in templates_of(app) if route.method == "GET" and IS_FILE.search(route.path)]
    return [fill(path.replace("{domain}", "traffic")) for path in found if path not in FOR_ALL_PERSONS]


def test_a_link_elsewhere_takes_no_file_out(shared_house: House) -> None:
    cookies = [shared_house.log_in(account_of(role)) for role in (Role.SUPERVISOR, Role.SYSTEM_ADMIN)]
    files, before = files_of(shared_house.app), audited(shared_house)

    taken = [
        path
        for told in FROM_ELSEWHERE
        for path in files
        for cookie in cookies
        if shared_house.ask("GET", path, cookie=cookie, headers=told).status_code != 403
    ]

    assert len(files) >= 14
    assert taken == []
    assert audited(shared_house) == before


def test_a_link_elsewhere_makes_nobody_export(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.VIEWER))
    before = audited(shared_house)
    paths = ("/traffic/export.csv", "/traffic/export.png", "/shift/sheets/1.csv")
    for told in FROM_ELSEWHERE:
        for path in paths:
            assert shared_house.ask("GET", path, cookie=cookie, headers=told).status_code == 403, path
        assert shared_house.ask("GET", "/desk", cookie=cookie, headers=told).status_code == 200
    assert audited(shared_house) == before
    ours = {"sec-fetch-site": "same-origin", "referer": "http://testserver/traffic"}
    for told in (ours, {}):
        assert shared_house.ask("GET", "/traffic/export.csv", cookie=cookie, headers=told).status_code == 200
    assert audited(shared_house) == before + 2


def test_a_database_that_is_away_is_not_named(shared_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = shared_house.log_in(account_of(Role.OFFICER))
    shared_house.ask("GET", "/api/v1/sensors", cookie=cookie)
    interactive = shared_house.app.state.site.pools.interactive
    monkeypatch.setattr(interactive, "_url", "postgresql://u:p@127.0.0.1:9/secret_name")
    interactive.close()
    body = {"version": 1}
    for answer in (
        shared_house.ask("GET", "/api/v1/sensors", cookie=cookie),
        shared_house.ask("POST", "/api/v1/alerts/1/acknowledge", cookie=cookie, json=body),
        shared_house.ask("GET", "/traffic/export.xlsx", cookie=cookie),
    ):
        assert answer.status_code == 503
        assert "127.0.0.1" not in answer.text
        assert "port" not in answer.text


def every_callback() -> dict[str, Any]:
    """Return all callbacks, that of Dash's own choice of a page too."""
    import dash

    found: dict[str, Any] = dash.get_app().callback_map  # type: ignore[no-untyped-call]
    return {output: entry for output, entry in found.items() if "callback" in entry}


def audited(house: House) -> int:
    with house.database.transaction() as tx:
        return int(tx.value("SELECT count(*) FROM audit_log WHERE action LIKE %(like)s", like="%export"))
