"""The one snapshot of this process: read when something changed, drawn once for each kind of screen.

A beat comes as soon as something changed, but leaves the machine a rest after the one before, and at the latest a
second after it, two while nobody watches. Alerts are read and drawn beside the beat: they wait for no reading. The
database may go away: the last pictures stay, marked with the moment of the last good read, the beat goes on, and
reading resumes by itself. What nobody watches is not drawn.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from alerts.board.alarms import AlarmPolicy
from alerts.board.open_alert import OpenAlert
from cityops.catalogue import Catalogue
from cityops.clock import milliseconds, utc_now
from cityops.operations.watchdog import show_progress
from cityops.standards.tables import Standards
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.changes import EVERYTHING, NOTHING
from cityops.web.worker_pool import WorkerPool
from dashboard.city.registry import Registry, read_registry
from dashboard.city.snapshot import find_newest
from dashboard.city.vitals.vital_weights import Weights, load_weights
from dashboard.live import metrics
from dashboard.live.area_drawing import BOARD, AreaDrawing, Drawn
from dashboard.live.area_parts import AreaParts, list_districts
from dashboard.live.changes.change_feed import ChangeFeed, ChangeQueue
from dashboard.live.changes.heard_changes import HeardChanges, wait_at_most
from dashboard.live.city_reader import USUAL_ZONE, CityReader, CityState
from dashboard.live.feeds import AreaFeed
from dashboard.live.screens import Screens, show_newer
from dashboard.live.services.troubles import Services
from dashboard.live.sparklines.trend_keeper import TrendKeeper

logger = logging.getLogger(__name__)

BEAT = 1.0  # seconds; a beat comes at the latest so long after the one before
IDLE_BEAT = 2.0  # the same while nobody watches
REST = 0.1  # seconds from the begin of one beat to that of the next, at least
BUSY = 0.2  # of a core: what beats take at most, as long as BEAT allows it
ALERT_REST = 0.05  # seconds from one look at changed alerts to the next, at least
UNWATCHED = 5.0  # seconds between two reads of what changed while nobody watches
STILL_AFTER = 15.0  # seconds without a beat after which this process is ill


class Live:
    """Owns the snapshot and the views. `run` is the beat; screens wait in `step`."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        standards: Standards,
        weights: Weights | None = None,
        alarms: AlarmPolicy | None = None,
        changes: ChangeFeed | None = None,
        *,
        primary: Database | None = None,
        is_demo: bool = False,
    ) -> None:
        """Without `changes`, anything is taken to have changed at every beat. `primary` where this is a standby.

        `is_demo`: exercises of others stand, too.
        """
        self._database = database
        self.changes = changes
        self.alarms = alarms or AlarmPolicy(USUAL_ZONE)
        self._reader = CityReader(database, catalogue, zone=self.alarms.zone, primary=primary, is_demo=is_demo)
        self._changed = EVERYTHING  # and not read yet
        self._read_from = time.monotonic()  # when what changed is read next, though nobody watches
        self._catalogue = catalogue
        self.standards = standards
        self.weights = weights or load_weights(catalogue)
        self._screens = Screens(arrive=self._hurry, leave=self._forget)
        self._parts = AreaParts()
        self._pool = WorkerPool("picture", threads=4, queue=4)  # a read, a drawing, alerts and the trends at a time
        self._trends = TrendKeeper(database, catalogue, self.weights, self._pool, self._find_part)
        self._drawing = AreaDrawing(
            catalogue,
            standards,
            self.weights,
            self.alarms,
            scope=database.scope,
            board=self._reader.board,
            trends=self._trends,
        )
        self._heard = HeardChanges(lambda: bool(self._screens.feeds))  # else nobody waits for it
        self._spent = 0.0  # seconds of the processor, by the beat of now
        self._beaten_at = time.monotonic()  # a process that starts is given the time of its first beats
        self.city: CityState | None = None

    async def run(self) -> None:
        """Beat until cancelled."""
        beside = [
            asyncio.create_task(self._trends.run(self._screens.feeds)),
            asyncio.create_task(self._follow_alerts()),
        ]
        queue = None if self.changes is None else self._heard.open_queue(self.changes.open_queue)
        read: asyncio.Future[None] | None = None
        try:
            while True:
                begun = time.monotonic()
                self._heard.news.clear()
                self._spent = 0.0
                if read is None or read.done():
                    self._take(queue)
                    read = asyncio.ensure_future(self._pool.run(self._read))
                await asyncio.wait({read}, timeout=BEAT)
                await self._beat_safely(utc_now())
                await self._wait_for_news(begun)
        finally:
            for task in beside:
                task.cancel()
            if self.changes is not None and queue is not None:
                self.changes.close_queue(queue)

    async def _wait_for_news(self, begun: float) -> None:
        """Wait until something changed, with a rest after the beat that began then, or until the next beat is due.

        What others do on this machine makes no rest longer.
        """
        rest = min(BEAT, max(REST, self._spent / BUSY))
        await asyncio.sleep(begun + rest - time.monotonic())
        beat = BEAT if self._screens.feeds else IDLE_BEAT
        await wait_at_most(self._heard.news, begun + beat - time.monotonic())

    async def _follow_alerts(self) -> None:
        """Read and show alerts as soon as they changed, while a beat is under way too."""
        while True:
            changed = await self._heard.next_alerts()
            begun = time.monotonic()
            try:
                await self._show_alerts(changed, utc_now())
            except StorageError:
                pass  # the beat reads them too, and says what is wrong
            except Exception:
                logger.exception("the alerts cannot be drawn", extra={"action": "live.alerts"})
            await asyncio.sleep(max(ALERT_REST, time.monotonic() - begun))

    async def _show_alerts(self, changed: frozenset[int], now: datetime) -> None:
        await self._pool.run(self._reader.read_alerts, changed)
        for view in list(self._screens.feeds.values()):
            city = self.city
            if city is not None and view.picture.keys() >= BOARD:  # else the beat shows the first picture
                number, board = await self._pool.run(self._draw_board, view.area, city, now)
                show_newer(view, {**view.picture, **board}, number, time=milliseconds(now))
        await self._screens.tell()

    def _take(self, queue: ChangeQueue | None) -> None:
        """Take up what is to be read now, beside what could not be read before."""
        now = time.monotonic()
        if queue is None:
            self._changed = EVERYTHING
        elif self._screens.feeds or now >= self._read_from:
            self._changed |= queue.take()
            self._read_from = now + UNWATCHED

    def watch(self, area: str) -> AbstractAsyncContextManager[AreaFeed]:
        """Lend the view of an area to one screen. On "" the city; too many areas at once fall back to it."""
        return self._screens.watch(area)

    def _hurry(self) -> None:
        """Read what changed at once: somebody looks at what nobody looked at."""
        self._read_from = time.monotonic()
        self._heard.news.set()

    @property
    def is_beating(self) -> bool:
        """Whether screens have been given a picture within the last beats."""
        return time.monotonic() - self._beaten_at < STILL_AFTER

    @property
    def is_hearing(self) -> bool:
        """Whether commits are heard; else everything is read at each beat."""
        return self.changes is not None and self.changes.is_hearing

    @property
    def screens(self) -> int:
        """How many screens watch."""
        return self._screens.count

    @property
    def alerts(self) -> list[OpenAlert]:
        """Return the open alerts in their order; none before the first read."""
        return self._reader.board.newest.alerts

    @property
    def services(self) -> Services | None:
        """Return what the database last told of the services; None before the first read."""
        return None if self.city is None else self.city.small.services

    def newest(self) -> dict[str, datetime]:
        """Return the newest thing at each station of a reading's way: measured, received, read (UTC). See picture."""
        found = self._find_part("")
        if found is None:
            return {}
        part, city = found
        newest = find_newest(part, city.latest, city.arrival) | {"read": milliseconds(city.read_at)}
        return {name: datetime.fromtimestamp(moment / 1000, UTC) for name, moment in newest.items()}

    async def step(self, view: AreaFeed, number: int) -> tuple[int, str]:
        """Wait until the view is past this number, and return what a screen at this number needs; see text_after."""
        return await self._screens.step(view, number)

    def part(self, area: str) -> Registry | None:
        """Return what stands in an area; None before the first read."""
        return None if self.city is None else self._parts.of(self.city.registry, area)

    def registry(self, tx: Transaction, areas: Iterable[str] = ()) -> Registry:
        """Return the city as this process holds it; read anew when it holds none, or does not know one of the areas.

        What it holds is seconds old, and an area of a colleague's address may be younger.
        """
        held = self.part("")
        return held if held is not None and held.areas.keys() >= set(areas) else read_registry(tx)

    def read_age(self, now: datetime) -> float | None:
        """Return how many seconds ago the database was read; None before the first time."""
        return None if self.city is None else (now - self.city.read_at).total_seconds()

    def _read(self) -> None:
        """Read the city. Whatever goes wrong is said once, here, and tried again at the next beat."""
        started, begun = time.perf_counter(), time.thread_time()
        try:
            city = self._reader.read(self._changed, utc_now())
        except Exception:
            metrics.FAILED_READS.inc()
            logger.exception("the city cannot be read", extra={"action": "live.read"})
            return
        self._changed = NOTHING
        self.city = city
        metrics.READ_SECONDS.observe(time.perf_counter() - started)
        self._spent += time.thread_time() - begun

    async def _beat_safely(self, now: datetime) -> None:
        """Beat; a picture that cannot be drawn is said here, and the next beat tries again."""
        try:
            await self._beat(now)
            self._beaten_at = time.monotonic()
            show_progress()
        except Exception:
            logger.exception("the picture cannot be drawn", extra={"action": "live.beat"})

    async def _beat(self, now: datetime) -> None:
        for view in list(self._screens.feeds.values()):
            if self.city is None:
                view.show({"database": {"lost": True}}, time=milliseconds(now))
                continue
            number, picture = await self._pool.run(self._draw, view.area, self.city, now)
            show_newer(view, picture, number, time=milliseconds(now))
        if "" not in self._screens.feeds and self.city is not None:
            self._drawing.direct(self.city, now)
        await self._screens.tell()

    def _draw(self, area: str, city: CityState, now: datetime) -> Drawn:
        started, part = time.perf_counter(), self.part(area) or city.registry
        standing = self._drawing.refresh(area, part, city, now)  # seldom, within its own share of the processor
        begun = time.thread_time()
        drawn = self._drawing.draw(area, standing, city, now)
        metrics.DRAW_SECONDS.observe(time.perf_counter() - started)
        self._spent += time.thread_time() - begun
        return drawn

    def _draw_board(self, area: str, city: CityState, now: datetime) -> Drawn:
        return self._drawing.draw_board(area, self.part(area) or city.registry, city, now)

    def shown_scene(self) -> dict[str, Any]:
        """Return what the walls of the city show now; empty before the first picture."""
        return self._drawing.shown_scene()

    def districts(self) -> list[dict[str, str]]:
        """Return the districts that walls can show: code, zh, en, by name; none before the first read."""
        registry = self.part("")
        return [] if registry is None else list_districts(registry)

    def _find_part(self, area: str) -> tuple[Registry, CityState] | None:
        """Return what there is of an area, with the city as it was read; None before the first read."""
        part, city = self.part(area), self.city
        return None if part is None or city is None else (part, city)

    def _forget(self, area: str) -> None:
        self._drawing.forget(area)
        if area:  # of the city they are kept: somebody will come back
            self._trends.forget(area)
