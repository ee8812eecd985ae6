"""Which addresses are open to whom, and what a connection says of itself."""

from typing import Any

import pytest
from starlette.requests import HTTPConnection

from dashboard.web.access_rules import (
    FOR_ADMINISTRATORS,
    FOR_CHANGE,
    FOR_WALLS,
    JSON_ANSWERS,
    OPEN,
    bearer_of,
    is_here,
    is_under,
    shows_a_person,
)


def connect(path: str = "/wall", *, method: str = "GET", kind: str = "http", **said: Any) -> HTTPConnection:
    """Return a connection; `client`: its address, `headers`: name by value."""
    headers = [(name.encode(), value.encode()) for name, value in said.get("headers", {}).items()]
    client = (said["client"], 50_000) if "client" in said else None
    scope = {"type": kind, "path": path, "method": method, "headers": headers, "query_string": b"", "client": client}
    return HTTPConnection({**scope, "server": ("127.0.0.1", 80), "scheme": "http", "root_path": ""})


@pytest.mark.parametrize(
    ("path", "places", "is_open"),
    [
        ("/login", OPEN, True),
        ("/login/oidc", OPEN, True),
        ("/loginx", OPEN, False),
        ("/healthz/more", OPEN, False),
        ("/assets/map.js", OPEN, True),
        ("/", OPEN, False),
        ("/wall", FOR_WALLS, True),
        ("/wall/other", FOR_WALLS, False),
        ("/live/alerts", FOR_WALLS, False),
        ("/_dash-layout", JSON_ANSWERS, True),
        ("/api/v1/alerts", JSON_ANSWERS, True),
        ("/apiary", JSON_ANSWERS, False),
        ("/admin/tokens", FOR_ADMINISTRATORS, True),
        ("/desk", FOR_ADMINISTRATORS, False),
        ("/account/password", FOR_CHANGE, True),
        ("/admin", FOR_CHANGE, False),
    ],
)
def test_a_place_is_the_address_itself_or_below_a_slash(path: str, places: tuple[str, ...], is_open: bool) -> None:
    assert is_under(path, places) is is_open


@pytest.mark.parametrize(
    ("path", "method", "kind", "shows"),
    [
        ("/desk", "GET", "http", True),
        ("/api/v1/alerts", "GET", "http", False),
        ("/api/v1/alerts/7/close", "POST", "http", True),
        ("/api/v1/requests/7", "POST", "http", False),
        ("/_dash-update-component", "POST", "http", False),
        ("/system", "GET", "http", False),
        ("/desk", "GET", "websocket", False),
    ],
)
def test_who_only_looks_at_a_page_shows_nobody(path: str, method: str, kind: str, shows: bool) -> None:
    assert shows_a_person(connect(path, method=method, kind=kind)) is shows


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ({"client": "127.0.0.1"}, True),
        ({"client": "::1"}, True),
        ({"client": "10.0.0.7"}, False),
        ({"client": "127.0.0.1", "headers": {"x-forwarded-for": "203.0.113.9"}}, False),
        ({}, False),
    ],
)
def test_a_program_of_this_machine_came_by_no_proxy(said: dict[str, Any], here: bool) -> None:
    assert is_here(connect("/metrics", **said)) is here


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Bearer ", None), ("Basic abc", None), ("abc", None)],
)
def test_a_token_is_what_stands_behind_bearer(header: str, token: str | None) -> None:
    assert bearer_of(connect(headers={"authorization": header})) == token
    assert bearer_of(connect()) is None
