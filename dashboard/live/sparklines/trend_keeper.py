"""The sparklines of what is watched, read again and again beside the beat, which does not wait for them."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from cityops.web.worker_pool import WorkerPool
from dashboard.city.registry import Registry
from dashboard.city.vitals.vital_weights import Weights
from dashboard.live.city_reader import CityState
from dashboard.live.sparklines.trends import draw_trends, read_past, trend_end

logger = logging.getLogger(__name__)

LOOK = 1.0  # seconds between two looks for what is due
AGAIN = 2.0  # seconds until trends that could not be read are tried again
SHORTEST, LONGEST = 20.0, 600.0  # seconds between two reads of one view
SHARE = 30  # a read that took a second is followed by so many without one


class TrendKeeper:
    """Owns the trends of each view. `find_part`: what there is of an area, None before the first read."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        weights: Weights,
        pool: WorkerPool,
        find_part: Callable[[str], tuple[Registry, CityState] | None],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._weights = weights
        self._pool = pool
        self._find_part = find_part
        self._trends: dict[str, dict[str, Any]] = {}

    def of(self, area: str) -> dict[str, Any]:
        """Return the trends of a view as `draw_trends` made them last; empty before."""
        return self._trends.get(area, {})

    def forget(self, area: str) -> None:
        """Drop those of a view that nobody watches."""
        self._trends.pop(area, None)

    async def run(self, watched: Iterable[str]) -> None:
        """Read until cancelled: a new view of `watched` at once, each seldom enough to cost little."""
        due: dict[str, float] = {}
        while True:
            for area in [area for area in watched if due.get(area, 0.0) <= time.monotonic()]:
                started = time.monotonic()
                found = await self._try(area)
                spent = time.monotonic() - started
                rest = min(LONGEST, max(SHORTEST, SHARE * spent)) if found else AGAIN
                due[area] = time.monotonic() + rest
            due = {area: moment for area, moment in due.items() if area in watched}
            await asyncio.sleep(LOOK)

    async def _try(self, area: str) -> bool:
        """Return whether the trends were read and drawn; whatever keeps them from it, the next round tries again."""
        try:
            return await self._pool.run(self._read, area)
        except Exception:
            logger.exception("the trends cannot be read", extra={"action": "live.trends"})
            return False

    def _read(self, area: str) -> bool:
        """Return whether there was anything to read."""
        found = self._find_part(area)
        if found is None or found[0].sensors.empty:
            return False
        part, city = found
        mine = city.latest[part.locator.locate(city.latest).position >= 0]
        newest = mine["time"].max().to_pydatetime() if len(mine) else None
        end = trend_end(newest, now=utc_now())
        with self._database.transaction() as tx:
            past = read_past(tx, area, weights=self._weights, catalogue=self._catalogue, end=end)
        self._trends[area] = draw_trends(past, sensors=part.sizes, weights=self._weights, catalogue=self._catalogue)
        return True
