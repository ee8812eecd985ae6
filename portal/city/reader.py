"""The state of the city that everybody sees: read when somebody asks and it is old, kept while the database is away."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cityops.clock import utc_now
from cityops.geography.road_links import Link, lay_links
from cityops.standards.tables import Standards
from cityops.storage import Database, StorageError
from cityops.web.worker_pool import PoolFull, WorkerPool
from portal import metrics
from portal.city.city_facts import CityFacts
from portal.city.city_state import CityNow
from portal.city.now import detector_frame, see_city
from portal.pages.city_land import Land
from portal.reports.services import PublicService
from portal.store.city import read_areas, read_facts, read_features
from portal.store.services import read_services

logger = logging.getLogger(__name__)

GOOD_FOR = 10.0  # seconds: that old a state may be before it is read again
LAND_GOOD_FOR = 600.0  # for areas, roads and services, which change seldom


@dataclass(frozen=True, slots=True)
class PublicCity:
    """What is known, and since when the database fails (None: it does not)."""

    now: CityNow
    land: Land
    services: list[PublicService]
    failing_since: datetime | None = None


class NothingKnown(StorageError):
    """The database is away, and nothing was read before. Try again in a moment."""


class PublicCityReader:
    """Reads the city in a thread of its own, once at a time, for all who ask."""

    def __init__(self, database: Database, standards: Standards) -> None:
        self._database = database
        self._standards = standards
        self._worker = WorkerPool("city", threads=1, queue=1)
        self._city: PublicCity | None = None
        self._read_at = self._land_read_at = -LAND_GOOD_FOR
        self._links: tuple[tuple[str, ...], list[Link]] = ((), [])
        self._reading = asyncio.Lock()

    async def newest(self) -> PublicCity:
        """Return the state of the city, at most GOOD_FOR old where the database answers. Raises NothingKnown."""
        if self._city is None or time.monotonic() - self._read_at >= GOOD_FOR:
            async with self._reading:
                if self._city is None or time.monotonic() - self._read_at >= GOOD_FOR:
                    await self._read()
        if self._city is None:
            raise NothingKnown
        return self._city

    def age(self, now: datetime) -> float:
        """Return how old the state is that is shown, seconds; -1 before the first."""
        return -1.0 if self._city is None else (now - self._city.now.read_at).total_seconds()

    async def _read(self) -> None:
        try:
            self._city = await self._worker.run(self._read_city)
        except (StorageError, PoolFull) as error:
            metrics.FAILED_READS.inc()
            logger.warning("the city was not read", extra={"action": "read", "reason": str(error)})
            self._city = _failing(self._city, utc_now)
        self._read_at = time.monotonic()

    def _read_city(self) -> PublicCity:
        before, is_old = self._city, time.monotonic() - self._land_read_at >= LAND_GOOD_FOR
        with self._database.transaction() as tx:
            facts = read_facts(tx)
            if before is None or is_old:
                land, services = Land(read_areas(tx), read_features(tx)), read_services(tx)
            else:
                land, services = before.land, before.services
        if before is None or is_old:
            self._land_read_at = time.monotonic()
            self._links = ((), [])
        links = self._links_of(facts, land)
        return PublicCity(see_city(facts, links, self._standards, now=utc_now()), land, services)

    def _links_of(self, facts: CityFacts, land: Land) -> list[Link]:
        """Return the stretches of road of these detectors; they are cut anew only when detectors come or go."""
        frame = detector_frame(facts.detectors)
        names = tuple(frame["sensor_id"])
        if names != self._links[0]:
            self._links = (names, lay_links(land.features, frame))
        return self._links[1]


def _failing(city: PublicCity | None, now: Callable[[], datetime]) -> PublicCity | None:
    """Return what was known, marked as what cannot be read any more."""
    if city is None or city.failing_since is not None:
        return city
    return PublicCity(city.now, city.land, city.services, now())
