"""The beat goes on: what goes wrong once is said once."""

import asyncio
import time
from datetime import datetime

import pytest

from cityops.catalogue import Catalogue
from cityops.standards.tables import load_standards
from cityops.storage import Database
from dashboard.live import reader as live
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
