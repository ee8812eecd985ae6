"""The data of the storage benchmark: a city of ten districts and 2,000 sensors with one series each."""

import time
from datetime import UTC, datetime, timedelta

from cityops.areas import Area, AreaLevel
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas

SERIES = 2000
DAYS = 30
FIRST = datetime(2026, 1, 1, tzinfo=UTC)

_SENSORS = """
INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, registered_at, updated_at)
SELECT 's' || to_char(n, 'FM0000'), '9901' || to_char(n %% 10 + 1, 'FM00'), 'environment', 'air_station', 's' || n,
       121, 31, %(first)s, %(first)s
FROM generate_series(1, %(series)s) AS n
ON CONFLICT DO NOTHING
"""
_SERIES = """
INSERT INTO series (sensor_id, metric) SELECT sensor_id, 'pm25' FROM sensor ORDER BY sensor_id ON CONFLICT DO NOTHING
"""
# In the order in which readings arrive: all series of a moment, then the next moment.
_DAY = """
INSERT INTO reading (time, series_id, value, quality)
SELECT %(day)s + (number + series_id %% %(series)s / %(series)s::double precision) * interval '1 day' / %(per_day)s,
       series_id,
       40 + 30 * sin(number / 40.0) + 10 * random(), 1
FROM generate_series(0, %(per_day)s - 1) AS number, (SELECT series_id FROM series ORDER BY series_id) AS series
ORDER BY number, series_id
"""
_LATEST = """
INSERT INTO latest (series_id, time, value, quality, received_at)
SELECT DISTINCT ON (series_id) series_id, time, value, quality, time FROM reading WHERE time >= %(since)s
ORDER BY series_id, time DESC
ON CONFLICT (series_id) DO UPDATE SET time = EXCLUDED.time
"""


def make_sensors(database: Database) -> None:
    """Register areas, sensors and series; those that are there stay."""
    with database.transaction() as tx:
        city = Area("990100", "市", AreaLevel.CITY)
        districts = [Area(f"9901{n:02}", f"区{n}", AreaLevel.DISTRICT, city.code) for n in range(1, 11)]
        store_areas(tx, [city, *districts])
        tx.execute(_SENSORS, series=SERIES, first=FIRST)
        tx.execute(_SERIES)


def end_of(database: Database) -> datetime:
    """Return the midnight after the newest reading."""
    with database.transaction() as tx:
        newest: datetime | None = tx.value("SELECT max(time) FROM latest")
    if newest is None:
        raise SystemExit("The database has no readings. Load it first: --only load.")
    return FIRST + timedelta(days=(newest - FIRST).days + 1)


def load(database: Database, *, days: int, per_day: int) -> datetime:
    """Add the days that are missing; return the moment at which they end."""
    started = time.perf_counter()
    with database.transaction() as tx:
        newest = tx.value("SELECT max(time) FROM latest")
    done = 0 if newest is None else (newest - FIRST).days + 1
    for number in range(done, days):
        with database.transaction() as tx:
            day = FIRST + timedelta(days=number)
            tx.execute("SELECT ensure_reading_days(%(days)s::date[])", days=[day.date()])
            tx.execute(_DAY, day=day, per_day=per_day, series=SERIES)
    end = FIRST + timedelta(days=days)
    with database.transaction() as tx:
        tx.execute(_LATEST, since=end - timedelta(days=1))
    print(
        f"# loaded {(days - done) * per_day * SERIES:,} readings in {time.perf_counter() - started:.0f} s", flush=True
    )
    return end
