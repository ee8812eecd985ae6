"""How much may come at once: small forms always, photographs within places that end, so that memory does."""

from collections import Counter
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from cityops.web.request_bodies import RequestBodies
from portal.web.headers import Refusing
from portal.web.reading_limits import network_in

LARGEST = 64 * 1024  # bytes of a form without files; 4,000 characters, escaped, are 36 kB
LARGEST_WITH_PHOTOS = 4 * 1024 * 1024  # three photographs and what is said
MOST, MOST_OF_ONE = 40, 4  # bodies with photographs at once, altogether and of one network: 160 MB
FULL = "Too many photographs are being sent at once. Try again in a moment."


class ReportBodies:
    """Middleware: bounds the body of a request by its kind."""

    def __init__(self, app: ASGIApp, *, refuse: Refusing) -> None:
        self._refuse = refuse
        self._small = RequestBodies(app, refuse=refuse, largest=LARGEST)
        self._large = RequestBodies(app, refuse=refuse, largest=LARGEST_WITH_PHOTOS)
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        if not kind.lower().startswith("multipart/"):
            await self._small(scope, receive, send)
            return
        network = network_in(scope)
        if self._open[network] >= MOST_OF_ONE or self._open.total() >= MOST:
            await self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, FULL)(scope, receive, send)
            return
        self._open[network] += 1
        try:
            await self._large(scope, receive, send)
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]
