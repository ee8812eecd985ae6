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
from cityops.storage.devices.identity import sensors_changed
from cityops.storage.devices.registry import known_sensors, series_ids
from cityops.storage.messages.name_mappings import Mapping, load_mappings
from ingest.checks.quality_checker import QualityChecker

LOOK_AGAIN = timedelta(seconds=1)  # how often a worker asks whether sensors changed, or what their names mean


class SeriesInfo(msgspec.Struct, frozen=True, gc=False):
    """One series: its number, its metric's unit and what can be stored of it (see the catalogue).

    `sent_in` is the unit in which the device sends, None for the catalogue's.
    """

    series_id: int
    unit: str
    valid_low: float
    valid_high: float
    sent_in: str | None = None


class Device(msgspec.Struct, frozen=True):
    """One registered sensor: its kind, the kind's domain, its series by the names under which it sends, and its area.

    `area` is that in whose topics it speaks, None until it does; `retired_at` (UTC) is when it was taken out of use,
    None while it is not.
    """

    kind: str
    domain: str
    gauges: dict[str, SeriesInfo]
    area: str | None = None
    retired_at: datetime | None = None


class DeviceCache:
    """The devices that have been asked for so far."""

    def __init__(self, database: Database, catalogue: Catalogue, inspector: QualityChecker) -> None:
        self._inspector = inspector
        self._database = database
        self._catalogue = catalogue
        self._devices: dict[str, Device] = {}
        self._looked_at: datetime | None = None
        self._mark: str | None = None  # up to which transaction changes are known
        self._mappings: list[Mapping] = []

    def look_up(self, sensor_ids: Iterable[str]) -> dict[str, Device]:
        """Return those of these sensors that are registered. Raises StorageError."""
        unknown = set(sensor_ids).difference(self._devices)
        if unknown:
            self._learn(unknown)
        return self._devices

    def registered(self, sensor_ids: Iterable[str]) -> set[str]:
        """Return which of these sensors are registered, without making series: they have said nothing of use yet.

        Raises StorageError.
        """
        wanted = set(sensor_ids)
        found = wanted & self._devices.keys()
        if wanted == found:
            return found
        with self._database.transaction() as tx:
            return found | {str(row["sensor_id"]) for row in known_sensors(tx, wanted - found)}

    def forget(self, sensor_ids: Iterable[str]) -> None:
        """Ask the database again next time: these sensors are others than they were."""
        for sensor_id in sensor_ids:
            self._devices.pop(sensor_id, None)

    def settle(self, areas: dict[str, str], bound: set[str]) -> None:
        """Take up where sensors speak, once that is committed. Those that were not bound speak elsewhere: ask again."""
        for sensor_id, area in areas.items():
            device = self._devices.get(sensor_id)
            if device is not None and sensor_id in bound:
                self._devices[sensor_id] = msgspec.structs.replace(device, area=area)
        self.forget(areas.keys() - bound)

    def forget_changed(self, now: datetime) -> set[str]:
        """Forget the sensors that somebody changed since the last look, at most once a second, and return them.

        Names that were mapped to metrics meanwhile are taken up too.
        Raises StorageError.
        """
        # A clock that was set back must not stop the looking.
        if self._looked_at is not None and abs(now - self._looked_at) < LOOK_AGAIN:
            return set()
        self._looked_at = now
        with self._database.transaction() as tx:
            changed, self._mark = sensors_changed(tx, self._mark)
            mappings = load_mappings(tx)
        if mappings != self._mappings:
            self._mappings = mappings
            self._devices.clear()
        self.forget(changed)
        return set(changed)

    def _learn(self, sensor_ids: set[str]) -> None:
        with self._database.transaction() as tx:
            rows = [row for row in known_sensors(tx, sensor_ids) if row["kind"] in self._catalogue.kind]
            names = {kind: self._names(kind) for kind in {row["kind"] for row in rows}}
            wanted = {(row["sensor_id"], one.metric) for row in rows for one in names[row["kind"]]}
            numbers = series_ids(tx, wanted) if wanted else {}
        for row in rows:
            name, kind = row["sensor_id"], row["kind"]
            gauges = {one.name: self._gauge(one, numbers[name, one.metric]) for one in names[kind]}
            domain = self._catalogue.kind[kind].domain
            self._devices[name] = Device(kind, domain, gauges, row["topic_area"], row["retired_at"])

    def _names(self, kind: str) -> list[Mapping]:
        """Return the names under which a kind sends: its metrics, and what was mapped to metrics of the catalogue."""
        metrics = self._catalogue.kind[kind].metrics
        mapped = [one for one in self._mappings if one.kind == kind and one.metric in self._catalogue.metric]
        own = [Mapping(kind, metric, metric) for metric in metrics]
        return own + [one for one in mapped if one.name not in metrics]

    def _gauge(self, name: Mapping, series_id: int) -> SeriesInfo:
        metric = self._catalogue.metric[name.metric]
        self._inspector.know(series_id, metric=name.metric, kind=name.kind)
        return SeriesInfo(series_id, metric.unit, *metric.storable, sent_in=name.unit)
