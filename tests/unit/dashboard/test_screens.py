"""Who watches what: one feed an area, lent to every screen that watches it."""

import asyncio
from contextlib import AsyncExitStack

from dashboard.live import screens as screens_module
from dashboard.live.area_drawing import BOARD
from dashboard.live.feeds import AreaFeed
from dashboard.live.screens import Screens, show_newer

OLDER, NEWER = ({name: {"of": version} for name in BOARD} for version in ("older", "newer"))


def make_screens(told: list[str]) -> Screens:
    return Screens(arrive=lambda: told.append("arrived"), leave=lambda area: told.append(f"left {area!r}"))


def test_an_area_is_taken_up_by_the_first_who_watches_it_and_let_go_by_the_last() -> None:
    told: list[str] = []

    async def watch() -> None:
        screens = make_screens(told)
        async with screens.watch("9901") as one:
            async with screens.watch("9901") as other:
                assert (one is other, screens.count) == (True, 2)
            assert told == ["arrived"]
        assert (screens.feeds, screens.count) == ({}, 0)

    asyncio.run(watch())

    assert told == ["arrived", "left '9901'"]


def test_one_area_too_many_is_shown_the_city() -> None:
    async def watch() -> None:
        screens = make_screens([])
        async with AsyncExitStack() as stack:
            for number in range(screens_module.MOST_FEEDS):
                await stack.enter_async_context(screens.watch(f"99{number}"))
            assert (await stack.enter_async_context(screens.watch("one more"))).area == ""
            assert (await stack.enter_async_context(screens.watch("991"))).area == "991"

    asyncio.run(watch())


def test_a_screen_waits_until_there_is_something_newer() -> None:
    async def watch() -> tuple[int, str]:
        screens = make_screens([])
        async with screens.watch("") as feed:
            step = asyncio.create_task(screens.step(feed, 0))
            await screens.tell()
            await asyncio.sleep(0)
            assert not step.done()
            feed.show({"sign": 1}, time=7)
            await screens.tell()
            return await step

    number, text = asyncio.run(watch())

    assert number == 1
    assert '"sign":1' in text


def test_alerts_of_an_older_board_do_not_come_back() -> None:
    feed = AreaFeed("")
    show_newer(feed, dict(NEWER), 2, time=1)
    show_newer(feed, {**OLDER, "tiles": 5}, 1, time=2)

    assert feed.picture == {**NEWER, "tiles": 5}
    assert feed.board_number == 2
