"""How long roll-ups take: the first time over a past, for a device that was cut off, and when the city's zone changes.

On an embedded PostgreSQL, or on the empty database that --database names, TimescaleDB or plain.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cityops.catalogue import load_catalogue
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import Profile, migrate
from cityops.storage.readings.rollups import roll_up, set_zone

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LATE_DAYS = 3  # of one device, a reading a minute

_SENSORS = """
INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, registered_at, updated_at)
SELECT 's' || n, '990101', 'environment', 'air_station', 's', 121, 31, %(at)s, %(at)s
FROM generate_series(1, %(sensors)s) AS n
"""
_SERIES = "INSERT INTO series (sensor_id, metric) SELECT sensor_id, 'pm25' FROM sensor"
_ONE_DAY = """
INSERT INTO reading SELECT %(day)s::timestamptz + minute * interval '1 minute', series_id, 20 + random(), 1
FROM generate_series(0, 1439) AS minute, series WHERE sensor_id LIKE %(sensors)s
"""


def main() -> None:
    """Measure once, and print a line for each figure and all of them as JSON."""
    options = _options()
    if options.database:
        measure(options.database, options.sensors, options.days)
        return
    with tempfile.TemporaryDirectory(prefix="cityops-bench-") as folder, EmbeddedPostgres(Path(folder)) as server:
        measure(server.url, options.sensors, options.days)


def measure(url: str, sensors: int, days: int) -> None:
    """Fill an empty database with a reading a minute and sensor, and roll it up."""
    database = Database(url, application="benchmark")
    profile = migrate(database, load_catalogue(), report=lambda _: None)
    with database.transaction() as tx:
        tx.execute(_SENSORS, at=START, sensors=sensors)
        tx.execute(_SERIES)
    for number in range(days):
        _load(database, START + number * DAY, "s%")
    end = START + days * DAY + timedelta(minutes=1)
    first = _seconds(lambda: roll_up(database, end, report=print))
    for number in range(LATE_DAYS):
        _load(database, START + number * DAY + timedelta(seconds=30), "s7")
    late = _seconds(lambda: roll_up(database, end))
    with database.transaction() as tx:
        set_zone(tx, ZoneInfo("Asia/Shanghai"))
    zone = _seconds(lambda: roll_up(database, end))
    database.close()
    _print(profile, sensors, days, {"first_s": first, "late_device_s": late, "zone_s": zone})


def _load(database: Database, day: datetime, sensors: str) -> None:
    with database.transaction() as tx:
        tx.execute("SELECT ensure_reading_days(ARRAY[%(day)s::date])", day=day)
        tx.execute(_ONE_DAY, day=day, sensors=sensors)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return round(time.perf_counter() - started, 2)


def _print(profile: Profile, sensors: int, days: int, figures: dict[str, float]) -> None:
    print(f"{profile}: {sensors} sensors, {days} days, {sensors * days * 1440:,} readings")
    print(f"first roll-up {figures['first_s']} s, of a day {figures['first_s'] / days:.1f} s")
    print(f"{LATE_DAYS * 1440:,} late readings of one device {figures['late_device_s']} s")
    print(f"days of another zone {figures['zone_s']} s")
    print(json.dumps(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="the URL of an empty database")
    parser.add_argument("--sensors", type=int, default=2000)
    parser.add_argument("--days", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
