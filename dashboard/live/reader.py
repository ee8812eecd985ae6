"""The one snapshot of this process: read once a second, drawn once for each kind of screen.

The database may go away: the last pictures stay, marked with the moment of the last good read, the beat goes
on, and reading resumes by itself.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from alerts.board import store as alert_store
from alerts.board.alarms import AlarmPolicy
from alerts.board.open_alert import OpenAlert
from cityops.areas import AreaLevel, name_in
from cityops.catalogue import Catalogue
from cityops.clock import milliseconds, utc_now
from cityops.names import sort_key
from cityops.operations.watchdog import show_progress
from cityops.standards.tables import Standards
from cityops.storage import Database, Row, Transaction, load_queries
from cityops.storage.devices.ledger import presence_facts
from cityops.storage.operations.incarnation import read_incarnation
from cityops.storage.readings.latest import LatestReader
from dashboard import page_version
from dashboard.city.freshness import Arrival, find_arrival
from dashboard.city.registry import Registry, read_fingerprint, read_registry
from dashboard.city.snapshot import draw_picture, sizes_of
from dashboard.city.vitals.vital_weights import Weights, load_weights
from dashboard.limits.worker_pool import WorkerPool
from dashboard.live import metrics, scene_hold, scene_rotation
from dashboard.live.feeds import AreaFeed
from dashboard.live.trends import draw_trends, read_past, trend_end
from dashboard.live.troubles import Services, draw_troubles, find_troubles, read_services

SQL = load_queries("dashboard")
logger = logging.getLogger(__name__)

BEAT = 1.0  # seconds
REGISTRY_AT_MOST_EVERY = timedelta(seconds=3)  # while a city registers, it changes all the time
LATE_AFTER = timedelta(seconds=3)  # a read that takes longer is an outage to the room
STILL_AFTER = 15.0  # seconds without a beat after which this process is ill
MOST_VIEWS = 32
MOST_PARTS = 64  # areas whose part of the registry is kept


@dataclass(frozen=True)
class City:
    """What was read in one transaction, or kept from the last time."""

    read_at: datetime
    registry: Registry
    fingerprint: str  # of the registry
    registry_at: datetime
    facts: pd.DataFrame  # of presence: they change far more often than the registry
    latest: pd.DataFrame
    arrival: Arrival | None
    alerts: list[OpenAlert]  # in their order
    hold: scene_rotation.Hold | None
    services: Services
    extents: dict[str, dict[str, Any]]


class Live:
    """Owns the snapshot and the views. `run` is the beat; screens wait in `step`."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        standards: Standards,
        weights: Weights | None = None,
        alarms: AlarmPolicy | None = None,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self.standards = standards
        self.weights = weights or load_weights(catalogue)
        self.alarms = alarms or AlarmPolicy(ZoneInfo("Asia/Shanghai"))
        self._views: dict[str, AreaFeed] = {"": AreaFeed("")}
        self._trends: dict[str, dict[str, Any]] = {}
        self._parts: dict[str, Registry] = {}
        self._latest = LatestReader()
        self._stages: dict[str, scene_rotation.Stage] = {}
        self._pool = WorkerPool("picture", threads=3, queue=3)  # a read, a drawing and the trends at a time
        self._beaten = asyncio.Condition()
        self._beaten_at = time.monotonic()  # a process that starts is given the time of its first beats
        self.city: City | None = None

    async def run(self) -> None:
        """Beat until cancelled."""
        trends = asyncio.create_task(self._keep_trends())
        read: asyncio.Future[None] | None = None
        try:
            while True:
                due = time.monotonic() + BEAT
                if read is None or read.done():
                    read = asyncio.ensure_future(self._pool.run(self._read))
                await asyncio.wait({read}, timeout=BEAT)
                await self._beat_safely(utc_now())
                await asyncio.sleep(max(0.0, due - time.monotonic()))
        finally:
            trends.cancel()

    @contextlib.asynccontextmanager
    async def watch(self, area: str) -> AsyncIterator[AreaFeed]:
        """Lend the view of an area to one screen. On "" the city; too many areas at once fall back to it."""
        if area not in self._views and len(self._views) >= MOST_VIEWS:
            area = ""
        view = self._views.setdefault(area, AreaFeed(area))
        view.watchers += 1
        try:
            yield view
        finally:
            view.watchers -= 1
            if view.watchers == 0 and area:
                self._forget(area)

    @property
    def is_beating(self) -> bool:
        """Whether screens have been given a picture within the last beats."""
        return time.monotonic() - self._beaten_at < STILL_AFTER

    @property
    def screens(self) -> int:
        """How many screens watch."""
        return sum(view.watchers for view in self._views.values())

    @property
    def services(self) -> Services | None:
        """Return what the database last told of the services; None before the first read."""
        return None if self.city is None else self.city.services

    def newest(self) -> dict[str, datetime]:
        """Return the newest thing at each station of a reading's way: measured, received, read (UTC). See picture."""
        shown = self._views[""].picture
        names = [name for name in ("measured", "received", "read") if name in shown]
        return {name: datetime.fromtimestamp(shown[name] / 1000, UTC) for name in names}

    async def step(self, view: AreaFeed, number: int) -> str:
        """Wait until the view is past this number, and return what a screen at this number needs."""
        async with self._beaten:
            await self._beaten.wait_for(lambda: view.number > number)
        return view.text_after(number)

    def part(self, area: str) -> Registry | None:
        """Return what stands in an area; None before the first read."""
        if self.city is None:
            return None
        if area not in self._parts:
            part = self.city.registry.of(area)
            if len(self._parts) >= MOST_PARTS:  # an address may name more areas than there are
                return part
            self._parts[area] = part
        return self._parts[area]

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
        now = utc_now()
        started = time.perf_counter()
        try:
            with self._database.transaction() as tx:
                city = self._read_city(tx, now)
        except Exception:
            metrics.FAILED_READS.inc()
            logger.exception("the city cannot be read", extra={"action": "live.read"})
            return
        if self.city is None or city.registry is not self.city.registry:
            self._parts = {}
        self.city = city
        metrics.READ_SECONDS.observe(time.perf_counter() - started)

    def _read_city(self, tx: Transaction, now: datetime) -> City:
        before = self.city
        # After a restore from a backup nothing that was read is so, even where the registry looks the same.
        fingerprint = f"{read_incarnation(tx)} {read_fingerprint(tx)}"
        if before is None or (fingerprint != before.fingerprint and _may_read_again(before, now)):
            registry, registry_at = read_registry(tx), now
            self._latest = LatestReader()  # a series may have gone over to another sensor
        else:
            registry, fingerprint, registry_at = before.registry, before.fingerprint, before.registry_at
        latest = self._latest.read(tx)
        return City(
            read_at=now,
            registry=registry,
            fingerprint=fingerprint,
            registry_at=registry_at,
            facts=presence_facts(tx),
            latest=latest,
            arrival=find_arrival(latest, before.arrival if before is not None else None, now),
            alerts=alert_store.open_alerts(tx),
            hold=scene_hold.read_hold(tx, self._catalogue.domain, self._database.scope, now),
            services=read_services(tx, now),
            extents={row["name"]: _extent(row) for row in tx.rows(SQL["scenario_extents"])},
        )

    async def _beat_safely(self, now: datetime) -> None:
        """Beat; a picture that cannot be drawn is said here, and the next beat tries again."""
        try:
            await self._beat(now)
            self._beaten_at = time.monotonic()
            show_progress()
        except Exception:
            logger.exception("the picture cannot be drawn", extra={"action": "live.beat"})

    async def _beat(self, now: datetime) -> None:
        for view in list(self._views.values()):
            if self.city is None:
                picture: dict[str, Any] = {"database": {"lost": True}}
            else:
                picture = await self._pool.run(self._draw, view.area, self.city, now)
            view.show(picture, time=milliseconds(now))
        async with self._beaten:
            self._beaten.notify_all()

    def _draw(self, area: str, city: City, now: datetime) -> dict[str, Any]:
        started = time.perf_counter()
        part = self.part(area) or city.registry
        alerts = city.alerts
        if area:
            alerts = [alert for alert in alerts if alert.area_code.startswith(area)]
        picture = draw_picture(
            part.with_facts(city.facts),
            city.latest,
            alerts=alerts,
            catalogue=self._catalogue,
            standards=self.standards,
            weights=self.weights,
            alarms=self.alarms,
            now=now,
        )
        if city.arrival is not None:
            arrived = milliseconds(city.arrival.at)
            picture |= {name: min(picture[name], arrived) for name in ("measured", "received") if name in picture}
        picture["database"] = {"lost": now - city.read_at > LATE_AFTER}
        picture["made"] = page_version.digest()
        picture["calm"] = not any(
            call.severity <= scene_rotation.PREEMPTS for call in scene_rotation.find_calls(alerts)
        )
        picture["read"] = milliseconds(city.read_at)
        picture["troubles"] = draw_troubles(find_troubles(city.services))
        picture["trends"] = self._trends.get(area, {})
        picture["extents"] = city.extents
        picture["director"] = _draw_stage(self._direct(area, part, alerts, city.hold, now))
        metrics.DRAW_SECONDS.observe(time.perf_counter() - started)
        return picture

    def _direct(
        self, area: str, part: Registry, alerts: Sequence[OpenAlert], hold: scene_rotation.Hold | None, now: datetime
    ) -> scene_rotation.Stage:
        """Go on with the scenes of a view."""
        districts = sorted(code for code in part.levels["district"].unique() if isinstance(code, str) and code != area)
        stage = self._stages[area] = scene_rotation.next_stage(
            self._stages.get(area),
            scenes=scene_rotation.make_round(self._catalogue.domain, districts, self._database.scope),
            calls=scene_rotation.find_calls(alerts),
            hold=hold,
            now=now,
        )
        return stage

    def shown_scene(self) -> dict[str, Any]:
        """Return what the walls of the city show now; empty before the first picture."""
        stage = self._stages.get("")
        return {} if stage is None else _draw_stage(stage)

    def districts(self) -> list[dict[str, str]]:
        """Return the districts that walls can show: code, zh, en, by name; none before the first read."""
        registry = self.part("")
        areas = registry.areas.values() if registry else []
        found = sorted(
            (area for area in areas if area.level is AreaLevel.DISTRICT), key=lambda area: sort_key(area.name)
        )
        return [{"code": area.code, "zh": area.name, "en": name_in(area, "en")} for area in found]

    async def _keep_trends(self) -> None:
        """Read the sparklines again and again, of a new view at once, spending a thirtieth of the time on each."""
        due: dict[str, float] = {}
        while True:
            for area in [area for area in self._views if due.get(area, 0.0) <= time.monotonic()]:
                started = time.monotonic()
                found = await self._pool.run(self._read_trends, area)
                spent = time.monotonic() - started
                due[area] = time.monotonic() + (min(600.0, max(20.0, 30 * spent)) if found else 2.0)
            due = {area: moment for area, moment in due.items() if area in self._views}
            await asyncio.sleep(BEAT)

    def _read_trends(self, area: str) -> bool:
        """Return whether the trends were read."""
        part, city = self.part(area), self.city
        if part is None or city is None or part.sensors.empty:
            return False
        mine = city.latest[city.latest["sensor_id"].isin(part.sensors["sensor_id"])]
        newest = mine["time"].max().to_pydatetime() if len(mine) else None
        end = trend_end(newest, now=utc_now())
        try:
            with self._database.transaction() as tx:
                past = read_past(tx, area, weights=self.weights, catalogue=self._catalogue, end=end)
        except Exception:
            logger.exception("the trends cannot be read", extra={"action": "live.trends"})
            return False
        sizes = sizes_of(part.sensors)
        self._trends[area] = draw_trends(past, sensors=sizes, weights=self.weights, catalogue=self._catalogue)
        return True

    def _forget(self, area: str) -> None:
        del self._views[area]
        self._trends.pop(area, None)
        self._stages.pop(area, None)


def _may_read_again(before: City, now: datetime) -> bool:
    """Whether the registry's turn has come. A city that was empty is looked at at once."""
    return not before.registry.areas or now - before.registry_at >= REGISTRY_AT_MOST_EVERY


def _draw_stage(stage: scene_rotation.Stage) -> dict[str, Any]:
    shown: dict[str, Any] = {"scene": stage.scene.name, "since": milliseconds(stage.since)}
    shown["until"] = milliseconds(stage.until)
    return shown | ({"by": stage.by} if stage.by else {})


def _extent(row: Row) -> dict[str, Any]:
    return {"kind": row["kind"], "geometry": row["geometry"], "at": milliseconds(row["at"])}
