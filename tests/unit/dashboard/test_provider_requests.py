"""The identity provider holds nobody: neither a byte at a time, nor by a redirect, nor by an answer without end."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import requests

from dashboard.login import provider_requests
from dashboard.login.provider_requests import LARGEST, bind
from tests.http_servers import answering


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
                while not ended.wait(0.1):
                    self.wfile.write(b"z")
                return
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("location", "/plain")
            self.end_headers()
            self.wfile.write(b"1" * (LARGEST + 1) if self.path == "/large" else b'{"issuer": "x"}')

    with answering(Handler) as port:
        yield f"http://127.0.0.1:{port}"
        ended.set()


def test_an_answer_is_what_it_was(provider: str) -> None:
    with bind(requests.Session()) as session:
        answer = session.get(f"{provider}/plain", timeout=5)
    assert (answer.status_code, answer.json()) == (200, {"issuer": "x"})


@pytest.mark.parametrize(
    ("path", "reason"), [("/drip", "no answer within 1 s"), ("/moved", "not followed"), ("/large", "larger than")]
)
def test_what_would_hold_us_is_a_provider_that_is_away(
    provider: str, path: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if path == "/drip":
        monkeypatch.setattr(provider_requests, "ANSWER_WITHIN", 1.0)
    with bind(requests.Session()) as session, pytest.raises(requests.ConnectionError, match=reason):
        session.get(f"{provider}{path}", timeout=5)
