"""What a loop heard of changes since it looked last: that there is news, and which alerts are among it."""

import asyncio
import contextlib
from collections.abc import Callable

from cityops.storage.changes import ChangedRows
from dashboard.live.changes.change_feed import ChangeQueue


class HeardChanges:
    """Hears for one loop. `is_wanted` tells whether anybody waits for news."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        self.news = asyncio.Event()
        self._is_wanted = is_wanted
        self._alerted = asyncio.Event()
        self._alerts: frozenset[int] = frozenset()

    def open_queue(self, open_queue: Callable[[Callable[[ChangedRows], bool]], ChangeQueue]) -> ChangeQueue:
        """Open a queue (`ChangeFeed.open_queue`) whose notices, from another thread, wake the loop that runs."""
        loop = asyncio.get_running_loop()

        def wake(changed: ChangedRows) -> bool:
            wanted = self._is_wanted()
            if wanted:
                loop.call_soon_threadsafe(self._hear, changed)
            return wanted

        return open_queue(wake)

    def _hear(self, changed: ChangedRows) -> None:
        self.news.set()
        if changed.alerts:
            self._alerts |= changed.alerts
            self._alerted.set()

    async def next_alerts(self) -> frozenset[int]:
        """Wait until alerts changed, and return which; they are not returned again."""
        await self._alerted.wait()
        self._alerted.clear()
        changed, self._alerts = self._alerts, frozenset()
        return changed


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event. (`wait_for` of Python 3.11 loses a cancellation that comes together with the event.)"""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
