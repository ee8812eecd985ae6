"""Reading the beginning of an answer that has no end, as server-sent events are."""

import asyncio

from starlette.types import ASGIApp, Message


async def read_stream(app: ASGIApp, path: str, query: str, cookie: str, enough: bytes) -> bytes:
    """Return what came until `enough` was in it, or the answer was over; then hang up."""
    found, done = bytearray(), asyncio.Event()

    async def receive() -> Message:
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        found.extend(message.get("body", b""))
        over = message["type"] == "http.response.body" and not message.get("more_body")
        if over or enough in found:
            done.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
    }
    serving = asyncio.ensure_future(app(scope, receive, send))
    await done.wait()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    return bytes(found)
