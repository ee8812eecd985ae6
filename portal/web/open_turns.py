"""Programs that read open data wait for their turn: middleware in front of the cache.

A program that pages through all there is asks as fast as it is answered, and gives up where it is refused. So it is
slowed down and not refused: a network has two turns at once and so many a second, and whoever else asks from there
stands in line behind. Only a line that is too long is refused. What people ask has limits of its own.
"""

import asyncio
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from portal import metrics
from portal.web.allowances import AllowanceKind, Allowances
from portal.web.headers import Refusing
from portal.web.reading_limits import TOO_OFTEN, network_in
from portal.web.rooms import Rooms

TURNS = 2  # of one network at once: others have a turn, too
MOST_IN_LINE = 20  # of one network, with those whose turn it is
COME_BACK = 1.0  # seconds


@dataclass(slots=True)
class _Line:
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS))
    members: int = 0


class OpenTurns:
    """The middleware."""

    def __init__(self, app: ASGIApp, *, allowances: Allowances, rooms: Rooms, refuse: Refusing) -> None:
        self._app = app
        self._allowances = allowances
        self._rooms = rooms
        self._refuse = refuse
        self._lines: dict[str, _Line] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or self._rooms.of(scope["path"]).limit is not AllowanceKind.OPEN:
            await self._app(scope, receive, send)
            return
        network = network_in(scope)
        line = self._lines.setdefault(network, _Line())
        if line.members >= MOST_IN_LINE:
            metrics.LIMITED.labels(AllowanceKind.OPEN).inc()
            await self._refuse(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, wait=COME_BACK)(scope, receive, send)
            return
        line.members += 1
        try:
            async with line.turns:
                while wait := self._allowances.take(AllowanceKind.OPEN, network, now=time.monotonic()):
                    await asyncio.sleep(wait)
                await self._app(scope, receive, send)
        finally:
            line.members -= 1
            if not line.members:
                del self._lines[network]
