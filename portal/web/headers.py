"""The headers of every answer, the names of this site, and what is counted. Plain middleware in front of all routes."""

from http import HTTPStatus
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cityops.web.hosts import is_ours
from portal import metrics
from portal.web.rooms import Rooms

STEADY = {
    # Nothing comes from outside, no script and no style stands in a page, and nobody frames one.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}
ONLY_TLS = "max-age=31536000; includeSubDomains"  # a year


class Refusing(Protocol):
    """How a request is answered that is not worked on."""

    def __call__(self, status: HTTPStatus, words: str, *, wait: float = 0.0) -> ASGIApp:
        """Return the answer; `words` in English, `wait` in seconds until it may be asked again."""


class PublicHeaders:
    """The middleware. `over_tls`: whether this site is reached by HTTPS only."""

    def __init__(self, app: ASGIApp, *, names: tuple[str, ...], over_tls: bool, rooms: Rooms, refuse: Refusing) -> None:
        self._app = app
        self._rooms = rooms
        self._names = names
        self._refuse = refuse
        self._steady = STEADY | ({"Strict-Transport-Security": ONLY_TLS} if over_tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        app = self._app
        if not is_ours(Headers(scope=scope).get("host", ""), self._names):
            app = self._refuse(HTTPStatus.BAD_REQUEST, "This site has another name. Use its right address.")
        await app(scope, receive, self._with_headers(send, scope["path"]))

    def _with_headers(self, send: Send, path: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.REQUESTS.labels(str(message["status"])).inc()
                found = MutableHeaders(scope=message)
                found.update(self._steady)
                found.setdefault("Cache-Control", "no-store")
                if self._rooms.of(path).is_open:
                    found["Access-Control-Allow-Origin"] = "*"
            await send(message)

        return sending
