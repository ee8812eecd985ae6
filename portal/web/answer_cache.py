"""Answers that many ask for are made once: middleware that keeps what says of itself that it may be kept.

An answer to a GET with `Cache-Control: public, max-age=N` is kept for N seconds, by address, host and language, whole
and compressed, with an ETag. Whoever asks while it is being made waits for it. A language is one of ours, so that the
headers of visitors make no keys. What may not be kept is sent as it comes, however long it is.
"""

import asyncio
import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal import metrics

MOST_BYTES = 32 * 1024 * 1024
SMALLEST_PACKED = 1024  # bytes: less is not worth it
_MAX_AGE = re.compile(r"public, max-age=(\d+)(?:, immutable)?")
_PACKED = ("text/", "application/json", "image/svg+xml", "text/xml")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is sent, until when it is good, and its other form."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    packed: bytes | None
    until: float
    tag: str

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        return len(self.body) + len(self.packed or b"") + 1000


class AnswerCache:
    """The middleware. `language_of` says in which language a request is answered."""

    def __init__(self, app: ASGIApp, *, language_of: Callable[[Scope], str]) -> None:
        self._app = app
        self._language_of = language_of
        self._kept: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._size = 0
        self._under_way: dict[Key, asyncio.Future[KeptAnswer | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        key = self._key(scope)
        kept = self._find(key)
        if kept is None and (waited := self._under_way.get(key)) is not None:
            kept = await asyncio.shield(waited)
        if kept is not None:
            metrics.FROM_CACHE.inc()
            await _send(kept, scope, send)
            return
        await self._make(key, scope, receive, send)

    def _key(self, scope: Scope) -> Key:
        host = Headers(scope=scope).get("host", "")
        return scope["scheme"], host, scope["path"], scope["query_string"].decode("latin-1"), self._language_of(scope)

    def _find(self, key: Key) -> KeptAnswer | None:
        kept = self._kept.get(key)
        if kept is None or kept.until <= time.monotonic():
            return None
        self._kept.move_to_end(key)
        return kept

    async def _make(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the answer made, and keep it if it may be; send it as it comes if it may not."""
        made: asyncio.Future[KeptAnswer | None] = asyncio.get_running_loop().create_future()
        first = self._under_way.setdefault(key, made) is made

        def let_others_go_on() -> None:
            """Have whoever waits make an answer of his own: this one is not kept."""
            if first and not made.done():
                self._under_way.pop(key, None)
                made.set_result(None)

        answer = _Answer(send, with_body=scope["method"] != "HEAD", on_passing=let_others_go_on)
        kept: KeptAnswer | None = None
        try:
            await self._app({**scope, "method": "GET"}, receive, answer.take)
            kept = answer.kept()
        finally:
            if first and not made.done():
                self._under_way.pop(key, None)
                made.set_result(kept)
        if kept is not None:
            self._keep(key, kept)
            await _send(kept, scope, send)

    def _keep(self, key: Key, kept: KeptAnswer) -> None:
        before = self._kept.pop(key, None)
        self._size += kept.size - (before.size if before is not None else 0)
        self._kept[key] = kept
        while self._size > MOST_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size


class _Answer:
    """What the application sends: taken whole where it may be kept, else passed on as it comes."""

    def __init__(self, send: Send, *, with_body: bool, on_passing: Callable[[], None]) -> None:
        self._send = send
        self._with_body = with_body
        self._on_passing = on_passing
        self._start: Message = {}
        self._body = bytearray()
        self._seconds: int | None = None  # for which it may be kept

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            found = _MAX_AGE.fullmatch(MutableHeaders(scope=message).get("cache-control", ""))
            self._seconds = int(found[1]) if found is not None and message["status"] == 200 else None
            if self._seconds is None:
                self._on_passing()
        if self._seconds is None:
            await self._pass(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")

    async def _pass(self, message: Message) -> None:
        is_body = message["type"] == "http.response.body"
        await self._send({**message, "body": b""} if is_body and not self._with_body else message)

    def kept(self) -> KeptAnswer | None:
        """Return the answer to keep; None where it was passed on, or broken off."""
        if self._seconds is None:
            return None
        headers = MutableHeaders(raw=list(self._start["headers"]))
        body = bytes(self._body)
        is_text = headers.get("content-type", "").startswith(_PACKED)
        packed = gzip.compress(body, 6, mtime=0) if is_text and len(body) >= SMALLEST_PACKED else None
        headers["Vary"] = "Accept-Encoding, Accept-Language"
        del headers["content-length"]
        tag = hashlib.blake2b(body, digest_size=12).hexdigest()
        return KeptAnswer(200, headers.raw, body, packed, time.monotonic() + self._seconds, tag)


async def _send(kept: KeptAnswer, scope: Scope, send: Send) -> None:
    """Send an answer, in the form that the visitor takes; or that he has it already."""
    asked = Headers(scope=scope)
    packs = kept.packed is not None and "gzip" in asked.get("accept-encoding", "").lower()
    tag = f'"{kept.tag}{"-gz" if packs else ""}"'
    known = [one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")]
    body = kept.packed if packs and kept.packed is not None else kept.body
    headers = [*kept.headers, (b"etag", tag.encode())]
    if tag in known or "*" in known:
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body"})
        return
    if packs:
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": kept.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
