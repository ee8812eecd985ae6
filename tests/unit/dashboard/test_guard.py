"""Who is let in. The database is not there: whoever needs it gets no further."""

import logging
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.websockets import WebSocketDisconnect

from cityops.accounts.roles import Role
from cityops.accounts.users import User
from cityops.catalogue import Catalogue
from cityops.settings import Settings
from cityops.storage import StorageError
from dashboard.app import create_app
from dashboard.web import headers, session_resolver
from tests.security.routes import routes_of
from tests.unit.dashboard.visitors import TestClient, WebSocketTestSession

ORIGIN = "http://testserver"
PAGE = {"accept": "text/html"}
POLLED = ("/api/", "/live/", "/metrics", "/_dash-", "/system")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know some tokens without a database."""
    people = {"token-of-li": User("li", Role.OFFICER), "token-of-gu": User("gu", Role.VIEWER)}

    async def user(_self: object, token: str | None) -> User | None:
        return people.get(token or "")

    async def is_wall(_self: object, token: str | None) -> bool:
        return token == "token-of-wall"

    monkeypatch.setattr(session_resolver.Visitors, "user", user)
    monkeypatch.setattr(session_resolver.Visitors, "is_wall", is_wall)
    logging.getLogger("dashboard.live.reader").setLevel(logging.CRITICAL)


def client(app: FastAPI, **cookies: str) -> TestClient:
    return TestClient(app, cookies=cookies, follow_redirects=False)


@pytest.mark.parametrize("path", ["/desk", "/sensors", "/wall", "/", "/unknown"])
def test_a_page_sends_strangers_to_the_login_and_back(app: FastAPI, path: str) -> None:
    answer = client(app).get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next=%2F{path[1:]}"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_dash-layout"),
        ("GET", "/_dash-dependencies"),
        ("POST", "/_dash-update-component"),
        ("GET", "/api/v1/alerts"),
        ("GET", "/api/v1/openapi.json"),
        ("POST", "/api/v1/alerts/1/acknowledge"),
        ("GET", "/live/map"),
        ("GET", "/live/focus?alert=1"),
        ("GET", "/live/made"),
        ("GET", "/metrics"),
    ],
)
def test_data_answers_401_to_strangers(app: FastAPI, method: str, path: str) -> None:
    answer = client(app).request(method, path)

    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"
    assert "Log in" in answer.json()["message"]


def test_a_websocket_of_a_stranger_closes_with_4401(app: FastAPI) -> None:
    with client(app).websocket_connect("/live") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()

    assert closed.value.code == 4401


def test_a_websocket_from_another_site_closes_with_4403(app: FastAPI) -> None:
    visitor = client(app, cityops_session="token-of-li")
    evil = {"origin": "https://evil.example"}
    with visitor.websocket_connect("/live", headers=evil) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()

    assert closed.value.code == 4403


def test_a_screen_that_comes_before_the_first_read_is_told_of_the_outage(app: FastAPI) -> None:
    with client(app, cityops_session="token-of-li") as person, person.websocket_connect("/live") as socket:
        frame = socket.receive_json()

    assert frame["whole"] == {"database": {"lost": True}}


def test_a_screen_is_closed_when_its_session_ends(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.api.live_stream.CHECK_EVERY", 0.05)
    with client(app, cityops_session="token-of-li") as person, person.websocket_connect("/live") as socket:
        socket.receive_json()

        async def nobody(_self: object, _token: str | None) -> None:
            return None

        monkeypatch.setattr(session_resolver.Visitors, "user", nobody)
        with pytest.raises(WebSocketDisconnect) as closed:
            drain(socket)

    assert closed.value.code == 4401


@pytest.mark.parametrize("path", ["/login", "/healthz", "/assets/look.css"])
def test_some_places_are_open(app: FastAPI, path: str) -> None:
    assert client(app).get(path).status_code == 200


def test_readiness_tells_that_the_database_is_away(app: FastAPI) -> None:
    assert client(app).get("/readyz").status_code == 503


@pytest.fixture
def nobody_can_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is away before a visitor is known."""

    async def away(*_: object) -> User | None:
        raise StorageError

    monkeypatch.setattr(session_resolver.Visitors, "user", away)


def test_a_page_that_an_outage_keeps_away_says_so_and_asks_again_by_itself(app: FastAPI, nobody_can_know: None) -> None:
    for language, words in (("zh", "每 5 秒自动重试"), ("en", "tries again by itself every 5 s")):
        visitor = client(app, cityops_session="token-of-li", cityops_language=language)
        for path in ("/desk", "/cases/1?from=desk", "/admin/posts"):
            answer = visitor.get(path, headers=PAGE)
            assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
            assert words in answer.text
            assert '<meta http-equiv="refresh" content="5">' in answer.text
            assert "<script" not in answer.text  # what was typed waits for the page that comes after this one
            assert "Content-Security-Policy" in answer.headers


def test_what_was_sent_in_an_outage_is_not_sent_again_by_itself(app: FastAPI, nobody_can_know: None) -> None:
    answer = client(app, cityops_session="token-of-li").post("/admin/posts/give?lang=en", headers=PAGE)

    assert answer.status_code == 503
    assert "Nothing was stored" in answer.text
    assert "refresh" not in answer.text

    told = client(app, cityops_session="token-of-li")  # programs are told as ever
    assert told.get("/api/v1/alerts", headers=PAGE).json()["error"] == "storage"
    assert told.get("/desk").headers["content-type"].startswith("text/plain")


def test_a_page_that_the_database_fails_in_asks_again_by_itself(app: FastAPI) -> None:
    with client(app, cityops_session="token-of-li") as person:
        answer = person.get("/account?lang=en", headers=PAGE)

    assert answer.status_code == 503
    assert "tries again by itself" in answer.text
    assert 'http-equiv="refresh"' in answer.text


def test_a_person_sees_pages(app: FastAPI) -> None:
    with client(app, cityops_session="token-of-li") as person:
        answer = person.get("/desk")

    assert answer.status_code == 200
    assert 'lang="zh-CN"' in answer.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, 422),
        ({}, 422),
    ],
)
def test_another_site_cannot_act_for_a_person(app: FastAPI, sent: dict[str, str], status: int) -> None:
    """422: it came through to the check of its (missing) body."""
    answer = client(app, cityops_session="token-of-li").post("/api/v1/alerts/1/acknowledge", headers=sent)

    assert answer.status_code == status


def test_a_viewer_cannot_acknowledge(app: FastAPI) -> None:
    answer = client(app, cityops_session="token-of-gu").post("/api/v1/alerts/1/acknowledge", json={"version": 1})

    assert answer.status_code == 403
    assert answer.json()["error"] == "forbidden"


def test_a_wall_token_moves_from_the_address_into_a_cookie(app: FastAPI) -> None:
    answer = client(app).get("/wall?token=token-of-wall&area=9901")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/wall?area=9901"
    assert "cityops_wall=token-of-wall" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_a_wrong_wall_token_is_no_key(app: FastAPI) -> None:
    assert client(app).get("/wall?token=guess").status_code == 303
    assert client(app, cityops_wall="guess").get("/wall").status_code == 303


@pytest.mark.parametrize(
    ("path", "status"), [("/wall", 200), ("/desk", 303), ("/sensors", 303), ("/api/v1/alerts", 401)]
)
def test_a_wall_sees_the_wall_only(app: FastAPI, path: str, status: int) -> None:
    with client(app, cityops_wall="token-of-wall") as wall:
        assert wall.get(path).status_code == status


def test_a_wall_cannot_use_the_callbacks_of_people(app: FastAPI) -> None:
    with client(app, cityops_wall="token-of-wall") as wall:
        for call in callbacks(wall):
            answer = wall.post("/_dash-update-component", json=call)

            assert answer.status_code == 403, call["output"]


def drain(socket: WebSocketTestSession) -> None:
    for _ in range(10):
        socket.receive_json()


def callbacks(visitor: TestClient) -> list[dict[str, Any]]:
    """Every callback of the pages as a request, with empty values; Dash's own routing left out."""
    calls = []
    for entry in visitor.get("/_dash-dependencies").json():
        if entry["clientside_function"] or "_pages_" in entry["output"]:
            continue
        calls.append(
            {
                "output": entry["output"],
                "outputs": [
                    dict(zip(("id", "property"), part.rsplit(".", 1), strict=True))
                    for part in entry["output"].strip(".").split("...")
                ],
                "inputs": [{**part, "value": None} for part in entry["inputs"]],
                "state": [{**part, "value": None} for part in entry["state"]],
                "changedPropIds": [],
            }
        )
    assert len(calls) >= 5
    return calls


def test_an_open_wall_needs_nothing(settings: Settings, catalogue: Catalogue) -> None:
    with client(create_app(settings.model_copy(update={"wall_open": True}), catalogue)) as visitor:
        assert visitor.get("/wall").status_code == 200
        assert visitor.get("/desk").status_code == 303


@pytest.mark.parametrize(
    ("wish", "target"),
    [
        ("/desk", "/desk"),
        ("/sensors?sensor=a&span=day", "/sensors?sensor=a&span=day"),
        ("https://evil.example/", "/desk"),
        ("//evil.example/", "/desk"),
        ("/\\evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/desk\r\nSet-Cookie: a=b", "/desk"),
        ("", "/desk"),
        ("desk", "/desk"),
    ],
)
def test_the_login_leads_to_places_of_this_site_only(wish: str, target: str) -> None:
    assert target == headers.safe_next(wish)


def test_every_answer_carries_the_headers(app: FastAPI) -> None:
    for path in ("/login", "/healthz", "/desk", "/assets/look.css"):
        found = client(app).get(path).headers

        assert found["x-frame-options"] == "DENY"
        assert found["x-content-type-options"] == "nosniff"
        assert found["referrer-policy"] == "same-origin"


def test_no_script_may_come_from_elsewhere_or_be_inline(app: FastAPI) -> None:
    policy = client(app).get("/login").headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if "script-src" in part)

    assert "unsafe" not in scripts
    assert "http" not in policy


def test_the_language_of_a_link_is_remembered(app: FastAPI) -> None:
    answer = client(app).get("/login?lang=en")

    assert 'lang="en"' in answer.text
    assert "cityops_language=en" in answer.headers["set-cookie"]


def test_what_a_person_typed_is_shown_as_text(app: FastAPI) -> None:
    answer = client(app).get('/login?next=/"><script>alert(1)</script>')

    assert "<script>" not in answer.text


def test_one_account_has_so_many_screens_and_another_has_its_own(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state.site.streams, "_most_of_one", 1)
    li, gu = ({"cookie": f"cityops_session=token-of-{name}"} for name in ("li", "gu"))
    with (
        client(app) as person,
        person.websocket_connect("/live", headers=li) as first,
        person.websocket_connect("/live", headers=gu) as other,
    ):
        with person.websocket_connect("/live", headers=li) as second, pytest.raises(WebSocketDisconnect) as closed:
            second.receive_text()
        assert closed.value.code == 1013
        followed = person.get("/api/v1/alerts/changes?after=1", headers=li)
        assert (followed.status_code, followed.json()["error"]) == (429, "too_many")
        for socket in (first, other):
            assert "whole" in socket.receive_json()


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The sessions whose person was noted to be there."""
    found: list[str | None] = []

    async def touch(_self: object, token: str | None) -> None:
        found.append(token)

    monkeypatch.setattr(session_resolver.Visitors, "touch", touch)
    return found


def test_whatever_scripts_read_does_not_show_that_a_person_is_there(app: FastAPI, touched: list[str | None]) -> None:
    """Every poll there is, found in the code: a new one is none of a person's doings either."""
    li = client(app, cityops_session="token-of-li")
    polled = [route.path for route in routes_of(app) if route.is_safe and route.path.startswith(POLLED)]
    assert {"/api/v1/sensors", "/api/v1/wall", "/live/map", "/live/made", "/system"} <= set(polled)
    for path in {*polled, "/api/v1/sensors?limit=1"}:
        li.get(path)
    li.post("/_dash-update-component", json={}, headers={"origin": ORIGIN})
    li.delete("/api/v1/requests/none", headers={"origin": ORIGIN})
    assert touched == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/desk"),
        ("GET", "/environment/export.csv"),
        ("POST", "/api/v1/alerts/1/acknowledge"),
        ("POST", "/account/alive"),
    ],
)
def test_a_page_a_file_and_an_act_show_that_a_person_is_there(
    app: FastAPI, touched: list[str | None], method: str, path: str
) -> None:
    client(app, cityops_session="token-of-li").request(method, path, headers={"origin": ORIGIN})
    assert touched == ["token-of-li"]
