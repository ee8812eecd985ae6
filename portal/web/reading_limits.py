"""No network reads more than its share: middleware in front of the cache. What is sent has limits of its own."""

import time
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from cityops.accounts.login_limits import network_of
from portal import metrics
from portal.web.allowances import AllowanceKind, Allowances
from portal.web.headers import Refusing
from portal.web.rooms import Rooms

TOO_OFTEN = "Too many requests come from your network. Wait the seconds of Retry-After, then ask again."


class ReadingLimits:
    """The middleware."""

    def __init__(self, app: ASGIApp, *, allowances: Allowances, rooms: Rooms, refuse: Refusing) -> None:
        self._app = app
        self._allowances = allowances
        self._rooms = rooms
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and self._rooms.of(scope["path"]).limit is AllowanceKind.READ:
            wait = self._allowances.take(AllowanceKind.READ, network_in(scope), now=time.monotonic())
            if wait:
                metrics.LIMITED.labels(AllowanceKind.READ).inc()
                await self._refuse(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, wait=wait)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def network_in(scope: Scope) -> str:
    """Return the network of who asks: an address, or what one customer has of IPv6."""
    client = scope.get("client")
    return network_of(client[0]) if client else ""
