"""Trends are read for what is watched, and tried again whatever kept them."""

import asyncio

import pytest

from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.web.worker_pool import WorkerPool
from dashboard.city.vitals.vital_weights import load_weights
from dashboard.live.sparklines import trend_keeper
from dashboard.live.sparklines.trend_keeper import TrendKeeper


def test_trends_that_cannot_be_drawn_once_are_drawn_later(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOOK", "AGAIN"):
        monkeypatch.setattr(trend_keeper, name, 0.01)
    said: list[str] = []
    monkeypatch.setattr(trend_keeper.logger, "exception", lambda words, **_: said.append(words))
    tried: list[str] = []

    def stumble(area: str) -> None:
        tried.append(area)
        raise ValueError("half of a history")

    async def watch() -> None:
        pool = WorkerPool("test", threads=1, queue=0)
        nowhere = Database("postgresql://nobody@127.0.0.1:1/none", application="test")
        keeper = TrendKeeper(nowhere, catalogue, load_weights(catalogue), pool, stumble)
        run = asyncio.create_task(keeper.run({"": None}))
        while len(tried) < 3 and not run.done():
            await asyncio.sleep(0.01)
        run.cancel()
        assert keeper.of("") == {}

    asyncio.run(asyncio.wait_for(watch(), 20))

    assert tried[:3] == [""] * 3
    assert "the trends cannot be read" in said
