"""What a worker knows of the registered sensors: their kind, their series, and the ranges of each metric.

Kept in memory, because every reading needs it and it hardly ever changes; what an import, a person or another worker
changed is asked for again within a second. Filled in a transaction of its own, before the batch's: series of a batch
that is rolled back are still there, and still right.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.identity import sensors_changed
from cityops.storage.registry import known_sensors, series_ids
from ingest.inspector import Inspector

LOOK_AGAIN = timedelta(seconds=1)  # how often a worker asks whether sensors changed


class Gauge(msgspec.Struct, frozen=True, gc=False):
    """One series: its number, its metric's unit and its valid range (see the catalogue)."""

    series_id: int
    unit: str
    valid_low: float
    valid_high: float


class Device(msgspec.Struct, frozen=True):
    """One registered sensor: its kind, the kind's domain, its series by metric, and the area in whose topics it speaks.

    `area` is None until it does; `retired_at` (UTC) is when it was taken out of use, None while it is not.
    """

    kind: str
    domain: str
    gauges: dict[str, Gauge]
    area: str | None = None
    retired_at: datetime | None = None


class Directory:
    """The devices that have been asked for so far."""

    def __init__(self, database: Database, catalogue: Catalogue, inspector: Inspector) -> None:
        self._inspector = inspector
        self._database = database
        self._catalogue = catalogue
        self._devices: dict[str, Device] = {}
        self._looked_at: datetime | None = None
        self._mark: str | None = None  # up to which transaction changes are known

    def look_up(self, sensor_ids: Iterable[str]) -> dict[str, Device]:
        """Return those of these sensors that are registered. Raises StorageError."""
        unknown = set(sensor_ids).difference(self._devices)
        if unknown:
            self._learn(unknown)
        return self._devices

    def forget(self, sensor_ids: Iterable[str]) -> None:
        """Ask the database again next time: these sensors are others than they were."""
        for sensor_id in sensor_ids:
            self._devices.pop(sensor_id, None)

    def forget_changed(self, now: datetime) -> bool:
        """Forget the sensors that somebody changed since the last look, at most once a second. Return whether any.

        Raises StorageError.
        """
        # A clock that was set back must not stop the looking.
        if self._looked_at is not None and abs(now - self._looked_at) < LOOK_AGAIN:
            return False
        self._looked_at = now
        with self._database.transaction() as tx:
            changed, self._mark = sensors_changed(tx, self._mark)
        known = self._devices.keys() & set(changed)
        self.forget(known)
        return bool(known)

    def _learn(self, sensor_ids: set[str]) -> None:
        with self._database.transaction() as tx:
            rows = [row for row in known_sensors(tx, sensor_ids) if row["kind"] in self._catalogue.kind]
            wanted = [
                (row["sensor_id"], metric) for row in rows for metric in self._catalogue.kind[row["kind"]].metrics
            ]
            numbers = series_ids(tx, wanted) if wanted else {}
        for row in rows:
            name, kind = row["sensor_id"], row["kind"]
            gauges = {
                metric: self._gauge(kind, metric, numbers[name, metric])
                for metric in self._catalogue.kind[kind].metrics
            }
            domain = self._catalogue.kind[kind].domain
            self._devices[name] = Device(kind, domain, gauges, row["topic_area"], row["retired_at"])

    def _gauge(self, kind: str, name: str, series_id: int) -> Gauge:
        metric = self._catalogue.metric[name]
        self._inspector.know(series_id, metric=name, kind=kind)
        return Gauge(series_id, metric.unit, *metric.valid)
