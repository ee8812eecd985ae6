"""What a worker knows of the registered sensors: their kind, their series, and the ranges of each metric.

Kept in memory, because every reading needs it and it hardly ever changes. Filled in a transaction of its own,
before the batch's: series of a batch that is rolled back are still there, and still right.
"""

from collections.abc import Iterable

import msgspec

from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.registry import known_sensors, series_ids
from ingest.inspector import Inspector


class Gauge(msgspec.Struct, frozen=True, gc=False):
    """One series: its number, its metric's unit and its valid range (see the catalogue)."""

    series_id: int
    unit: str
    valid_low: float
    valid_high: float


class Device(msgspec.Struct, frozen=True):
    """One registered sensor: its kind, the kind's domain, and its series by metric."""

    kind: str
    domain: str
    gauges: dict[str, Gauge]


class Directory:
    """The devices that have been asked for so far."""

    def __init__(self, database: Database, catalogue: Catalogue, inspector: Inspector) -> None:
        self._inspector = inspector
        self._database = database
        self._catalogue = catalogue
        self._devices: dict[str, Device] = {}

    def look_up(self, sensor_ids: Iterable[str]) -> dict[str, Device]:
        """Return those of these sensors that are registered. Raises StorageError."""
        unknown = set(sensor_ids).difference(self._devices)
        if unknown:
            self._learn(unknown)
        return self._devices

    def forget(self, sensor_id: str) -> None:
        """Ask the database again next time: the sensor has registered anew."""
        self._devices.pop(sensor_id, None)

    def _learn(self, sensor_ids: set[str]) -> None:
        with self._database.transaction() as tx:
            kinds = {name: kind for name, kind in known_sensors(tx, sensor_ids).items() if kind in self._catalogue.kind}
            wanted = [(name, metric) for name, kind in kinds.items() for metric in self._catalogue.kind[kind].metrics]
            numbers = series_ids(tx, wanted) if wanted else {}
        for name, kind in kinds.items():
            gauges = {
                metric: self._gauge(kind, metric, numbers[name, metric])
                for metric in self._catalogue.kind[kind].metrics
            }
            self._devices[name] = Device(kind, self._catalogue.kind[kind].domain, gauges)

    def _gauge(self, kind: str, name: str, series_id: int) -> Gauge:
        metric = self._catalogue.metric[name]
        self._inspector.know(series_id, metric=name, kind=kind)
        return Gauge(series_id, metric.unit, *metric.valid)
