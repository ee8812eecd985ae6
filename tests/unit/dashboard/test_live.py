"""The beat goes on: what goes wrong once is said once."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import pytest

from cityops.catalogue import Catalogue
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.changes import ChangedRows
from dashboard.live import reader as live
from dashboard.live.changes.change_feed import ChangeQueue
from dashboard.live.changes.heard_changes import wait_at_most
from dashboard.live.reader import Live

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"  # nothing listens on port 1


def test_a_picture_that_cannot_be_drawn_does_not_end_the_beat(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT", 0.01)
    beats: list[datetime] = []

    async def stumble(_: Live, now: datetime) -> None:
        beats.append(now)
        if len(beats) == 1:
            raise TypeError("once")

    monkeypatch.setattr(Live, "_beat", stumble)

    async def watch() -> None:
        beat = asyncio.create_task(Live(Database(NOWHERE, application="test"), catalogue, load_standards()).run())
        while len(beats) < 3 and not beat.done():
            await asyncio.sleep(0.01)
        assert not beat.done()
        beat.cancel()

    asyncio.run(asyncio.wait_for(watch(), 20))

    assert len(beats) >= 3


def test_a_process_that_draws_nothing_is_ill(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Live(Database(NOWHERE, application="test"), catalogue, load_standards())
    assert snapshot.is_beating

    later = time.monotonic() + live.STILL_AFTER
    monkeypatch.setattr("dashboard.live.reader.time.monotonic", lambda: later)

    assert not snapshot.is_beating


class Told:
    """A feed whose notices the test gives."""

    is_hearing = True

    def __init__(self) -> None:
        self.wake: Callable[[ChangedRows], bool] | None = None

    def open_queue(self, wake: Callable[[ChangedRows], bool]) -> ChangeQueue:
        self.wake = wake
        return ChangeQueue(wake)

    def close_queue(self, queue: ChangeQueue) -> None:
        """Nothing to let go."""


def test_a_reading_is_drawn_before_the_next_beat_is_due(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", 600.0)
    beats: list[datetime] = []

    async def note(_: Live, now: datetime) -> None:
        beats.append(now)

    monkeypatch.setattr(Live, "_beat", note)
    feed = Told()

    async def watch() -> None:
        snapshot = Live(Database(NOWHERE, application="test"), catalogue, load_standards(), changes=feed)  # type: ignore[arg-type]
        async with snapshot.watch(""):
            beat = asyncio.create_task(snapshot.run())
            while len(beats) < 3:
                if beats and feed.wake is not None:
                    feed.wake(ChangedRows(series=frozenset({7})))
                await asyncio.sleep(0.01)
            beat.cancel()

    asyncio.run(asyncio.wait_for(watch(), 60))


def test_what_nobody_watches_wakes_and_draws_nothing(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, drawn = Told(), []
    monkeypatch.setattr(Live, "_draw", lambda *_: drawn.append(1))

    async def be_told() -> None:
        snapshot = Live(Database(NOWHERE, application="test"), catalogue, load_standards(), changes=feed)  # type: ignore[arg-type]
        beat = asyncio.create_task(snapshot.run())
        while feed.wake is None:
            await asyncio.sleep(0)
        feed.wake(ChangedRows(alerts=frozenset({7})))
        await asyncio.sleep(0)
        assert not snapshot._heard.news.is_set()
        beat.cancel()

    asyncio.run(be_told())

    assert drawn == []


@pytest.mark.parametrize("later", range(4))
def test_a_cancellation_that_comes_with_news_ends_the_wait(later: int) -> None:
    """So many turns of the loop after the news: who is asked to end then waits on goes on for ever."""

    async def is_lost() -> bool:
        news = asyncio.Event()
        waiting = asyncio.create_task(wait_at_most(news, 30))
        await asyncio.sleep(0.01)
        news.set()
        for _ in range(later):
            await asyncio.sleep(0)
        asked = waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return asked and not waiting.cancelled()

    assert not asyncio.run(is_lost())


def test_while_nobody_watches_beats_are_rare_and_what_changed_wakes_none(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT", 0.0)
    monkeypatch.setattr(live, "REST", 0.0)
    monkeypatch.setattr(live, "IDLE_BEAT", 600.0)
    beats: list[datetime] = []

    async def note(_: Live, now: datetime) -> None:
        beats.append(now)

    monkeypatch.setattr(Live, "_beat", note)
    feed = Told()

    async def watch() -> list[int]:
        snapshot = Live(Database(NOWHERE, application="test"), catalogue, load_standards(), changes=feed)  # type: ignore[arg-type]
        beat = asyncio.create_task(snapshot.run())
        while not beats:
            await asyncio.sleep(0.01)
        assert feed.wake is not None
        assert not feed.wake(ChangedRows(series=frozenset({7})))
        await asyncio.sleep(0.05)
        counts = [len(beats)]
        async with snapshot.watch(""):
            while len(beats) < 3:
                await asyncio.sleep(0.01)
            assert feed.wake(ChangedRows(series=frozenset({7})))
        beat.cancel()
        return counts

    assert asyncio.run(watch()) == [1]
