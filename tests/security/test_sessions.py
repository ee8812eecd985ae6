"""Sessions belong to who logged in, requests come from our pages, and a login leads to our pages only."""

from cityops.accounts.roles import Role
from tests.security.conftest import PASSWORD, House, account_of
from tests.security.routes import routes_of

OFFICER = account_of(Role.OFFICER)
FROM_ELSEWHERE = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "https://testserver.evil.example"},
)


def test_a_session_is_made_by_a_login_lives_in_a_cookie_and_ends_alone(house: House) -> None:
    planted = "cityops_session=chosen-by-the-attacker"
    form = {"name": OFFICER, "password": PASSWORD, "next": "/desk"}
    answer = house.ask("POST", "/login", cookie=planted, data=form)
    given = answer.headers["set-cookie"]

    assert "chosen-by-the-attacker" not in given
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in given.split(";")}
    assert house.ask("GET", "/api/v1/alerts", cookie=planted).status_code == 401

    first, second = house.log_in(OFFICER), house.log_in(OFFICER)
    house.ask("POST", "/logout", cookie=first)

    assert house.ask("GET", "/api/v1/alerts", cookie=first).status_code == 401
    assert house.ask("GET", "/api/v1/alerts", cookie=second).status_code == 200
    for name in ("cityops_session", "session", "token"):  # a session in the address is none
        token = second.removeprefix("cityops_session=")

        assert house.ask("GET", f"/api/v1/alerts?{name}={token}").status_code == 401


def test_no_other_site_makes_a_person_act(house: House) -> None:
    cookie = house.log_in(OFFICER)
    before = house.content()
    for route in routes_of(house.app):
        for headers in () if route.is_safe else FROM_ELSEWHERE:
            answer = house.ask(route.method, route.path, cookie=cookie, headers=headers, json={"version": 1})

            assert answer.status_code == 403, f"{route} {headers}"
    assert house.content() == before
    assert house.ask("GET", "/api/v1/alerts", cookie=cookie).status_code == 200  # nor were they logged out


ELSEWHERE = (
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "\t//evil.example", "http:evil.example", "javascript:alert(1)", " //evil.example",
    "/desk\r\nLocation: https://evil.example", "data:text/html,x", "/\u2028/evil.example", "?next=//evil.example",
)  # fmt: skip


def test_a_login_leads_to_a_page_of_this_site(house: House) -> None:
    for wish in ELSEWHERE:
        shown = house.ask("GET", "/login", params={"next": wish})
        entered = house.ask("POST", "/login", data={"name": OFFICER, "password": PASSWORD, "next": wish})

        assert entered.headers["location"] == "/desk", wish
        assert 'name="next" value="/desk"' in shown.text, wish
