"""No request brings more than a page of ours would: its body is read whole, within a size and a time."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1024 * 1024  # bytes; a thousand alerts taken at once are a twentieth of it
SLOWEST = 20.0  # seconds from the head of a request to the end of its body
TOO_SLOW = f"The request did not arrive within {SLOWEST:.0f} seconds. Send it again."

Refusal = Callable[[HTTPStatus, str], ASGIApp]
"""How an application refuses: by a status and in English words."""


class TooLarge(Exception):
    """The body is longer than it may be."""


class RequestBodies:
    """Middleware: hands the application one message with the whole body, or refuses the request.

    A length that is told is refused before a byte of the body is read; chunks are counted. `refuse` makes the answer.
    """

    def __init__(self, app: ASGIApp, *, refuse: Refusal, largest: int = LARGEST) -> None:
        self._app = app
        self._refuse = refuse
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not _brings_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(SLOWEST):
                body = await _read(receive, Headers(scope=scope), self._largest)
        except TooLarge:
            words = f"A request may bring {self._largest // 1024} KiB. Send less at once."
            await self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)(scope, receive, send)
        except TimeoutError:
            await self._refuse(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)(scope, receive, send)
        else:
            if body is not None:
                await self._app(scope, with_body(body, receive), send)


def with_body(body: bytes, receive: Receive) -> Receive:
    """Return what gives the whole body first, and then what the connection says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving


async def read_body(receive: Receive) -> bytes:
    """Return the body of a request that has passed here: it is one message."""
    body: bytes = (await receive()).get("body", b"")
    return body


def _brings_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def _read(receive: Receive, headers: Headers, largest: int) -> bytes | None:
    """Return the body; None when the sender went away meanwhile."""
    told = headers.get("content-length", "0")
    if len(told) > 12 or (told.isdecimal() and int(told) > largest):
        raise TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)
