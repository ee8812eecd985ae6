"""The table of rooms: which address is open data, who may look for it, and in which form it refuses."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from cityops.settings import read_settings
from portal.app import ROOMS, create_app
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_page_fault
from portal.web.rooms import Room, Rooms

URL = "postgresql://portal@127.0.0.1:1/nowhere"  # opened at the first question, and none is asked here


@pytest.fixture(scope="module")
def server() -> Starlette:
    """The application with all its routes."""
    return create_app(read_settings({"CITYOPS_DATABASE_URL": URL, "CITYOPS_DEMO": "yes"}))


def test_an_address_is_in_the_room_of_the_longest_prefix() -> None:
    rooms = Rooms(tuple(Room(prefix, answer_page_fault) for prefix in ("/", "/v1.1", "/v1.1/private/", "/feeds/")))
    asked = [
        "/",
        "/v1.1",
        "/v1.1/",
        "/v1.1/Things",
        "/v1.10",
        "/v1.1/private/x",
        "/feeds",
        "/feeds/a.xml",
        "no address",
    ]
    found = [rooms.of(path).prefix for path in asked]
    assert found == ["/", "/v1.1", "/v1.1", "/v1.1", "/", "/v1.1/private/", "/", "/feeds/", "/"]


def test_every_address_needs_a_room() -> None:
    with pytest.raises(ValueError, match="in no other"):
        Rooms((Room("/v1.1", answer_page_fault),))


def test_what_is_no_page_has_a_room_of_its_own(server: Starlette) -> None:
    """Whoever adds an address for programs says of it whether it is open, searched and limited."""
    strangers = [
        route.path
        for route in server.routes
        if isinstance(route, Route)
        and ROOMS.of(route.path).prefix == "/"
        and route.path != "/robots.txt"
        and not route.endpoint.__module__.startswith("portal.pages.")
    ]
    assert strangers == []


def test_every_room_has_an_address(server: Starlette) -> None:
    paths = [route.path for route in server.routes if isinstance(route, Route | Mount)]
    assert {ROOMS.of(path).prefix for path in paths} == {room.prefix for room in ROOMS}


def test_what_programs_page_through_waits_its_turn() -> None:
    """So that who reads a whole catalogue is slowed down and not refused half-way."""
    waiting = {room.prefix for room in ROOMS if room.limit is AllowanceKind.OPEN}
    assert waiting == {"/v1.1", "/api/", "/files/"}
    assert all(ROOMS.of(prefix).is_open and not ROOMS.of(prefix).is_searched for prefix in waiting)


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/nothing", "text/html", "<!DOCTYPE html>"),
        ("/open311/v2/nothing.json", "application/json", "GET /open311/v2/discovery.xml"),
        ("/open311/v2/nothing", "text/xml", "GET /open311/v2/discovery.xml"),
        ("/api/3/nothing", "application/json", '"__type":"Not Found Error"'),
        ("/hooks/nothing", "application/json", '"error":"not_found"'),
    ],
)
def test_a_room_refuses_in_its_own_form(server: Starlette, path: str, kind: str, words: str) -> None:
    answer = TestClient(server).get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith(kind)
    assert words in answer.text
    is_open = ROOMS.of(path).is_open
    assert answer.headers.get("access-control-allow-origin") == ("*" if is_open else None)


def test_searching_machines_read_pages_and_no_data(server: Starlette) -> None:
    told = TestClient(server).get("/robots.txt").text
    barred = {line.removeprefix("Disallow: ") for line in told.splitlines() if line.startswith("Disallow: ")}
    assert barred == {"/report/", "/open311/", "/v1.1", "/hooks/", "/map.svg", "/api/", "/files/"}
