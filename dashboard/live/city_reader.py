"""Reads the city for the screens: the whole of it now and then, what changed as often as anybody asks.

What changed is known from the notices of commits (`cityops.storage.changes`). Should one be lost, everything is read
again each minute, and at once where anything may have changed; what is known of devices beside their readings, in turn.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from cap.store.listing import list_in_force, list_outlines
from cityops.catalogue import Catalogue
from cityops.clock import milliseconds
from cityops.storage import Database, Row, Transaction, load_queries
from cityops.storage.changes import ChangedRows
from cityops.storage.operations.incarnation import read_incarnation
from cityops.storage.readings.latest import LatestReader, rows_of
from dashboard.city.freshness import Arrival, find_arrival
from dashboard.city.registry import Registry, read_fingerprint, read_registry
from dashboard.live.alert_board import AlertBoard
from dashboard.live.case_board import CaseBoard, CityCases
from dashboard.live.presence_keeper import PresenceKeeper
from dashboard.live.scene import scene_hold, scene_rotation
from dashboard.live.services.troubles import Services, read_services
from dashboard.live.standby import StandbyFollower

SQL = load_queries("dashboard")
USUAL_ZONE = ZoneInfo("Asia/Shanghai")
WHOLE_EVERY = timedelta(seconds=60)
SMALL_EVERY = 0.9  # seconds between two reads of what is small and not announced
REGISTRY_EVERY = 3.0  # seconds at least, or so long that reading it takes REGISTRY_SHARE of the time
REGISTRY_SHARE = 0.1  # while a city registers, it changes all the time


@dataclass(frozen=True)
class CityState:
    """What was read in one transaction, or kept from the last time."""

    read_at: datetime  # as of then nothing is missing; of a standby, before it was read
    whole_at: datetime  # when it was last read as a whole
    registry: Registry
    fingerprint: str  # of the registry
    small: "Small"
    facts: pd.DataFrame  # of presence: they change far more often than the registry
    latest: pd.DataFrame
    arrival: Arrival | None
    cases: CityCases


@dataclass(frozen=True)
class Small:
    """What is not announced and costs little."""

    fingerprint: str  # of the registry as it is now
    hold: scene_rotation.SceneHold | None
    services: Services
    extents: dict[str, dict[str, Any]]
    warnings: list[Row]  # of others, that hold here
    own_warnings: list[Row]  # where they stand


class CityReader:
    """Reads again and again, the open alerts onto `board`. Not for several threads at once, but for read_alerts."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        *,
        zone: ZoneInfo = USUAL_ZONE,
        primary: Database | None = None,
        is_demo: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`primary` where `database` is a standby. `is_demo`: exercises of others stand, too."""
        self._database = database
        self._is_demo = is_demo
        self._standby = None if primary is None else StandbyFollower(primary)
        self._catalogue = catalogue
        self._monotonic = monotonic
        self.board = AlertBoard()
        self._cases = CaseBoard(zone)
        self._latest = LatestReader()
        self._presence = PresenceKeeper(monotonic)
        self._registry_due = 0.0
        self._small_due = 0.0
        self._before: CityState | None = None

    def read(self, changed: ChangedRows, now: datetime) -> CityState:
        """Return the city as it is; of what is large, only `changed` is read, as far as that is enough.

        Raises StorageError; then all that `changed` named must be asked for again.
        """
        if self._standby is not None:
            changed = self._standby.still_to_read(changed, now)
        with self._database.transaction() as tx:
            as_of = now if self._standby is None else self._standby.reached(tx, now)
            city = self._read(tx, changed, now, as_of)
        self._before = city
        return city

    def read_alerts(self, changed: frozenset[int]) -> None:
        """Read some alerts alone, perhaps while another thread reads the city. Raises StorageError."""
        with self._database.transaction() as tx:
            self.board.update(tx, changed)

    def _read(self, tx: Transaction, changed: ChangedRows, now: datetime, as_of: datetime) -> CityState:
        before = self._before
        small = self._read_small(tx, now)
        fingerprint = small.fingerprint
        if before is None or (fingerprint != before.fingerprint and self._may_read_registry(before)):
            registry, before = self._read_registry(tx), None
            self._latest = LatestReader()  # a series may have gone over to another sensor
        else:
            registry, fingerprint = before.registry, before.fingerprint
        if before is None or changed.everything or abs(now - before.whole_at) >= WHOLE_EVERY:
            whole_at, latest = now, self._latest.read(tx)
            arrived = latest
            self.board.read_all(tx)
        else:
            whole_at, latest = before.whole_at, self._latest.read_changed(tx, changed.series)
            arrived = rows_of(latest, changed.series)
            self.board.update(tx, changed.alerts, set(zip(arrived["sensor_id"], arrived["metric"], strict=True)))
        if before is None or changed.everything:
            facts = self._presence.read_all(tx)
        else:
            facts = self._presence.update(tx, changed.sensors, arrived)
        arrival = self._before.arrival if self._before is not None else None
        return CityState(
            read_at=as_of,
            whole_at=whole_at,
            registry=registry,
            fingerprint=fingerprint,
            small=small,
            facts=facts,
            latest=latest,
            arrival=find_arrival(latest, arrival, now),
            cases=self._cases.read(tx, changed, now),
        )

    def _read_small(self, tx: Transaction, now: datetime) -> Small:
        if self._before is not None and self._monotonic() < self._small_due:
            return self._before.small
        self._small_due = self._monotonic() + SMALL_EVERY
        return Small(
            # After a restore from a backup nothing that was read is so, even where the registry looks the same.
            fingerprint=f"{read_incarnation(tx)} {read_fingerprint(tx)}",
            hold=scene_hold.read_hold(tx, self._catalogue.domain, self._database.scope, now),
            services=read_services(tx, now),
            extents={row["name"]: _extent(row) for row in tx.rows(SQL["scenario_extents"])},
            warnings=list_in_force(tx, now=now, is_demo=self._is_demo),
            own_warnings=list_outlines(tx, now=now),
        )

    def _may_read_registry(self, before: CityState) -> bool:
        """Whether the registry's turn has come. A city that was empty is looked at at once."""
        return not before.registry.areas or self._monotonic() >= self._registry_due

    def _read_registry(self, tx: Transaction) -> Registry:
        begun = self._monotonic()
        registry = read_registry(tx)
        took = self._monotonic() - begun
        self._registry_due = begun + took + max(REGISTRY_EVERY, took / REGISTRY_SHARE)
        return registry


def _extent(row: Row) -> dict[str, Any]:
    return {"kind": row["kind"], "geometry": row["geometry"], "at": milliseconds(row["at"])}
