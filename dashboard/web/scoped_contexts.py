"""For each scope in use a site of its own: its database shows this part of the city only, and so does its picture."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from cityops.scope import Scope
from dashboard.live.reader import Live
from dashboard.web.app_context import AppContext

KEPT = 300.0  # seconds that a picture is kept up after its last visitor: the next page is there at once


@dataclass
class ScopedContext:
    """The site of one scope, and who uses it."""

    site: AppContext
    beat: "asyncio.Task[None]"
    visitors: int = 0
    left_at: float = 0.0


class ScopedContexts:
    """Lends the site of a scope. Whoever may see everything gets the city's own."""

    def __init__(self, whole: AppContext) -> None:
        self._whole = whole
        self._parts: dict[Scope, ScopedContext] = {}

    @contextlib.asynccontextmanager
    async def lend(self, scope: Scope) -> AsyncIterator[AppContext]:
        """Lend a site for as long as a request or a WebSocket lasts."""
        self._end_unused(time.monotonic())
        if scope.is_whole:
            yield self._whole
            return
        part = self._parts.get(scope) or self._start(scope)
        part.visitors += 1
        try:
            yield part.site
        finally:
            part.visitors -= 1
            part.left_at = time.monotonic()

    async def close(self) -> None:
        """End all pictures."""
        beats = [part.beat for part in self._parts.values()]
        self._parts = {}
        for beat in beats:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    def _start(self, scope: Scope) -> ScopedContext:
        pools = self._whole.pools.within(scope)
        live = Live(
            pools.live,
            self._whole.catalogue,
            self._whole.live.standards,
            self._whole.live.weights,
            self._whole.live.alarms,
            self._whole.live.changes,
            primary=pools.primary_of_live,
            is_demo=self._whole.settings.demo,
        )
        site = replace(self._whole, pools=pools, live=live)
        part = self._parts[scope] = ScopedContext(site, asyncio.create_task(live.run()))
        return part

    def _end_unused(self, now: float) -> None:
        for scope, part in list(self._parts.items()):
            if part.visitors == 0 and now - part.left_at > KEPT:
                part.beat.cancel()
                del self._parts[scope]
