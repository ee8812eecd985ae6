"""A visitor who is slow, silent or everywhere at once holds nothing that others need."""

import socket
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from cityops.embedded import ports
from cityops.web import connections, request_bodies
from cityops.web.request_bodies import RequestBodies
from cityops.web.server import make_server
from dashboard.web import refusals
from tests.programs import serving, wait_for

BRIEF = 0.3  # seconds, where the product has ten or more
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def make_app() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    @app.post("/")
    async def show(request: Request) -> Response:
        return Response(f"{len(await request.body())}")

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * 50_000_000)

    app.add_middleware(RequestBodies, refuse=refusals.answer)
    return app


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[uvicorn.Server]:
    for name in ("HEAD_WITHIN", "TAKEN_WITHIN"):
        monkeypatch.setattr(connections, name, BRIEF)
    monkeypatch.setattr(request_bodies, "SLOWEST", BRIEF)
    monkeypatch.setattr(connections, "MOST_OF_ONE", 5)
    free = ports.free_port()
    server = make_server(make_app(), host="127.0.0.1", port=free)
    server.config.timeout_keep_alive = BRIEF  # type: ignore[assignment]  # uvicorn's event loop takes parts of seconds
    with serving(server):
        yield server


@pytest.fixture
def port(server: uvicorn.Server) -> int:
    return server.config.port


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the other side ends it."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionError:
        pass
    connection.close()
    return found


def takes(connection: socket.socket, data: bytes, times: int) -> bool:
    """Whether the other side lets all of it be sent."""
    try:
        for _ in range(times):
            connection.sendall(data)
    except ConnectionError:
        return False
    return True


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost:", b"\r\n", GET, GET + b"GET /"])
def test_who_does_not_finish_the_head_of_a_request_is_cut_off(port: int, said: bytes) -> None:
    connection = connect(port)
    connection.sendall(said)

    assert rest(connection).startswith(b"HTTP/1.1 200" if said.startswith(GET) else b"")


def test_who_does_not_finish_a_body_is_refused_and_cut_off(port: int) -> None:
    connection = connect(port)
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")

    assert rest(connection).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"GET /", b"a" * 65536),
        (b"GET / HTTP/1.1\r\nX: ", b"a" * 65536),
        (b"GET / HTTP/1.1\r\n", b"X: a\r\n" * 10_000),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000000\r\n\r\n", b"a" * 65536),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n" * 10_000),
    ],
)
def test_what_has_no_end_is_cut_off(port: int, head: bytes, piece: bytes) -> None:
    connection = connect(port)
    connection.sendall(head)

    assert not takes(connection, piece, 3000)  # 190 MB
    connection.close()


def test_a_small_body_that_is_too_large_still_gets_its_answer(port: int) -> None:
    connection = connect(port)
    length = request_bodies.LARGEST + 1000
    connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode() + b"a" * length + GET)

    answers = rest(connection)
    assert answers.startswith(b"HTTP/1.1 413")
    assert b"HTTP/1.1 200" in answers


def test_who_takes_nothing_of_an_answer_is_cut_off(server: uvicorn.Server, port: int) -> None:
    connection = connect(port)
    connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")

    assert connection.recv(100).startswith(b"HTTP/1.1 200")
    wait_for(lambda: not server.server_state.connections, "the server ends it")

    assert len(rest(connection)) < 50_000_000


def test_one_address_gets_so_many_connections_and_its_idle_ones_give_way(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_WITHIN", 600)
    idle = [connect(port) for _ in range(5)]
    speaking = [connect(port) for _ in range(3)]
    for connection in speaking:
        connection.sendall(GET)

        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert all(rest(connection) == b"" for connection in idle[:3])
    other = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=("127.0.0.9", 0))
    other.sendall(GET)

    assert other.recv(100).startswith(b"HTTP/1.1 200")
    for connection in [*idle, *speaking, other]:
        connection.close()
