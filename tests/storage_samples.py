"""A small known city for the storage tests: two districts, four sensors, five metrics."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from cityops.areas import Area, AreaLevel
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.readings.rollups import RetentionAges, forget
from cityops.storage.readings.table import ReadingRow, write_readings

DAY = datetime(2026, 3, 1, tzinfo=UTC)
AREAS = [
    Area("990100", "市", AreaLevel.CITY),
    Area("990101", "东区", AreaLevel.DISTRICT, "990100", "East"),
    Area("990102", "西区", AreaLevel.DISTRICT, "990100", "West"),
    Area("990101001", "东一街道", AreaLevel.STREET, "990101"),
]
SENSORS = [
    Sensor("air-1", "990101001", "environment", "air_station", "air-1", 121.1, 31.1),
    Sensor("air-2", "990102", "environment", "air_station", "air-2", 121.2, 31.2),
    Sensor("noise-1", "990101", "environment", "noise_meter", "noise-1", 121.3, 31.3),
    Sensor("car-1", "990102", "traffic", "traffic_detector", "car-1", 121.4, 31.4),
]
KEYS = [("air-1", "pm25"), ("air-2", "pm25"), ("noise-1", "leq"), ("car-1", "speed"), ("car-1", "flow")]


def make_city(tx: Transaction, *, at: datetime = DAY - timedelta(days=100)) -> dict[tuple[str, str], int]:
    """Register everything; return the series by (sensor, metric)."""
    store_areas(tx, AREAS)
    for sensor in SENSORS:
        register_sensor(tx, sensor, at)
    # One by one, so that the ids are the same on every server.
    return {key: series_ids(tx, [key])[key] for key in KEYS}


def put(
    tx: Transaction, series: int, values: Iterable[tuple[datetime, float]], *, quality: Quality = Quality.GOOD
) -> int:
    """Store some readings of one series; return how many were new."""
    rows = [ReadingRow(time, series, value, quality) for time, value in values]
    return write_readings(tx, rows, received_at=max(time for time, _ in values) if rows else DAY)


def every(step: timedelta, start: datetime, values: Iterable[float]) -> list[tuple[datetime, float]]:
    """Give values their times, a step apart."""
    return [(start + step * number, value) for number, value in enumerate(values)]


def forget_all(tx: Transaction, ages: RetentionAges, now: datetime) -> None:
    """Drop all that is too old, in one transaction."""
    while forget(tx, ages, now):
        pass


def drop_role(database: Database, role: str, *, is_kept: bool = False) -> None:
    """Take a role's rights, and drop it unless it is kept: it is the whole server's, and another run may use it."""
    with database.transaction() as tx:
        tx.execute(f"DROP OWNED BY {role}")
    if not is_kept:
        with suppress(StorageError), database.transaction() as tx:  # refused while a database of another run has it
            tx.execute(f"DROP ROLE {role}")
