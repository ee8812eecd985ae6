"""The screens of this process by what they watch: each area that anybody watches has one feed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from dashboard.live.area_drawing import BOARD
from dashboard.live.feeds import AreaFeed

MOST_FEEDS = 32


class Screens:
    """Lends feeds. `arrive` is called when somebody watches what nobody watched, `leave` when nobody does any more."""

    def __init__(self, *, arrive: Callable[[], None], leave: Callable[[str], None]) -> None:
        self.feeds: dict[str, AreaFeed] = {}  # those that are watched, by area
        self._arrive = arrive
        self._leave = leave
        self._beaten = asyncio.Condition()

    @property
    def count(self) -> int:
        """How many screens watch."""
        return sum(feed.watchers for feed in self.feeds.values())

    @contextlib.asynccontextmanager
    async def watch(self, area: str) -> AsyncIterator[AreaFeed]:
        """Lend the feed of an area to one screen. On "" the city; too many areas at once fall back to it."""
        if area not in self.feeds and len(self.feeds) >= MOST_FEEDS:
            area = ""
        feed = self.feeds.setdefault(area, AreaFeed(area))
        feed.watchers += 1
        if feed.watchers == 1:
            self._arrive()
        try:
            yield feed
        finally:
            feed.watchers -= 1
            if feed.watchers == 0:
                del self.feeds[area]
                self._leave(area)

    async def step(self, feed: AreaFeed, number: int) -> tuple[int, str]:
        """Wait until the feed is past this number, and return what a screen at this number needs; see text_after."""
        async with self._beaten:
            await self._beaten.wait_for(lambda: feed.number > number)
        return feed.text_after(number)

    async def tell(self) -> None:
        """Wake whoever waits for a step."""
        async with self._beaten:
            self._beaten.notify_all()


def show_newer(feed: AreaFeed, picture: dict[str, Any], number: int, *, time: int) -> None:
    """Show a picture (`time`: the server's, in ms) whose alerts are of a version of the board.

    Where alerts of a newer version are shown already, these stay.
    """
    if number < feed.board_number:
        picture |= {name: feed.picture[name] for name in BOARD}
    feed.board_number = max(number, feed.board_number)
    feed.show(picture, time=time)
