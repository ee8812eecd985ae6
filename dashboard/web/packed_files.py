"""Middleware that sends the files of pages packed: what is the same for everybody is packed once.

The scripts of a wall are 6 MB, and a third of that by gzip: seconds for a phone on its first visit.
"""

import asyncio
import gzip
import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.access_rules import is_under
from dashboard.web.headers import STATIC

TEXTS = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
SMALLEST = 1024  # bytes: what is smaller fits into one packet anyway
LEVEL = 3  # a third of the size, in 20 ms a megabyte; the best is a tenth smaller, and takes twice as long


class PackedFiles:
    """Packs what lies under `headers.STATIC` for browsers that take gzip, and keeps it by its content."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed: dict[bytes, bytes] = {}  # by digest; there are as many as we have files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] != "GET" or not is_under(scope["path"], STATIC):
            await self._app(scope, receive, send)
            return
        start, body = await self._answer(scope, receive)
        headers = MutableHeaders(scope=start)
        if start["status"] == 200 and len(body) >= SMALLEST and headers.get("content-type", "").startswith(TEXTS):
            headers.add_vary_header("Accept-Encoding")
            if "gzip" in Headers(scope=scope).get("accept-encoding", "").lower():
                body = await self._pack(body)
                headers["Content-Encoding"] = "gzip"
                headers["Content-Length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        """Return how an answer starts, and its whole body."""
        messages: list[Message] = []

        async def take(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, take)
        start, *parts = messages
        return start, b"".join(part.get("body", b"") for part in parts)

    async def _pack(self, body: bytes) -> bytes:
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if digest not in self._packed:
            self._packed[digest] = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
        return self._packed[digest]
