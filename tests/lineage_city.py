"""A city of all eight domains in which every kind of sensor stands in both districts and has said something."""

import random
from datetime import datetime, timedelta

from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.map_features import Layer, MapFeature
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas, store_features
from cityops.storage.migrate import migrate
from cityops.storage.readings.rollups import roll_up
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.storage_samples import AREAS

MINUTE, HALF_AN_HOUR = timedelta(minutes=1), timedelta(minutes=30)
PLACES = {"a": ("990101001", 121.10), "b": ("990102", 121.20)}
FLAGGED = 7  # every so many readings are suspect, and count nowhere


def build(database: Database, catalogue: Catalogue, end: datetime, *, span: timedelta = timedelta(hours=2)) -> None:
    """Fill a database: each kind of each domain has two sensors that reported every five minutes up to `end`."""
    migrate(database, catalogue, report=lambda _: None)
    line = {"type": "LineString", "coordinates": [[121.09, 31.1], [121.21, 31.1]]}
    with database.transaction() as tx:
        store_areas(tx, AREAS)
        store_features(tx, [MapFeature("road-1", Layer.ROAD, "main", "中山路", line)])
        for kind, entry in catalogue.kind.items():
            for mark, (area, lon) in PLACES.items():
                name = f"{kind}-{mark}"
                register_sensor(tx, Sensor(name, area, entry.domain, kind, name, lon, 31.1), end - timedelta(days=40))
        keys = [(f"{kind}-{mark}", metric) for kind, entry in catalogue.kind.items() for mark in PLACES
                for metric in entry.metrics]  # fmt: skip
        series = series_ids(tx, keys)
        write_readings(tx, _rows(catalogue, series, end, span), received_at=end)
    roll_up(database, end - HALF_AN_HOUR)  # so that stored roll-ups answer, and readings for what is newer


def _rows(catalogue: Catalogue, series: dict[tuple[str, str], int], end: datetime, span: timedelta) -> list[ReadingRow]:
    dice, rows = random.Random(7), []
    moments = [end - MINUTE * ago for ago in range(1, int(span / MINUTE), 5)]
    before = [moment - timedelta(days=1) for moment in moments[::4]]
    for (_, metric), number in series.items():
        low, high = catalogue.metric[metric].plausible
        for place, moment in enumerate([*moments, *before]):
            value = low + (high - low) * dice.random() * 0.3
            flag = Quality.SUSPECT if place % FLAGGED == FLAGGED - 1 else Quality.GOOD
            rows.append(ReadingRow(moment + timedelta(seconds=number % 50), number, value, flag))
    return rows
