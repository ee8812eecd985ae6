"""The batch write: every reading once, the first value stays, `latest` is the newest."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from cityops.clock import microseconds
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import series_ids
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.latest import LatestReader, latest_frame
from cityops.storage.readings.table import ReadingRow, add_readings, history_frame, repair_latest, write_readings
from tests.storage_samples import DAY, make_city, put

SECOND = timedelta(seconds=1)


def stored(database: Database) -> list[tuple[datetime, int, float, int]]:
    with database.transaction() as tx:
        rows = tx.rows("SELECT time, series_id, value, quality FROM reading ORDER BY series_id, time")
    return [(row["time"], row["series_id"], row["value"], row["quality"]) for row in rows]


def write(database: Database, rows: list[ReadingRow]) -> int:
    with database.transaction() as tx:
        return write_readings(tx, rows, DAY)


@pytest.fixture
def series(database: Database) -> int:
    with database.transaction() as tx:
        return make_city(tx)["air-1", "pm25"]


def test_what_is_written_is_stored_to_the_microsecond_and_the_last_digit(database: Database, series: int) -> None:
    moments = [DAY + timedelta(microseconds=1), DAY - timedelta(days=20000, microseconds=7), DAY + 900 * SECOND]
    rows = [
        ReadingRow(moment, series, value, Quality.SUSPECT)
        for moment, value in zip(moments, [1 / 3, -0.0, 5e-324], strict=True)
    ]
    write(database, rows)

    assert stored(database) == sorted((row.time, row.series_id, row.value, 3) for row in rows)


def test_the_same_batch_again_changes_nothing(database: Database, series: int) -> None:
    rows = [ReadingRow(DAY + number * SECOND, series, float(number), Quality.GOOD) for number in range(5)]

    assert write(database, rows) == 5
    before = stored(database)
    assert write(database, [ReadingRow(row.time, row.series_id, 99.0, Quality.BAD) for row in rows]) == 0
    assert stored(database) == before


def test_of_two_values_for_one_moment_in_a_batch_the_first_stays(database: Database, series: int) -> None:
    write(database, [ReadingRow(DAY, series, 1.0, Quality.GOOD), ReadingRow(DAY, series, 2.0, Quality.GOOD)])

    assert stored(database) == [(DAY, series, 1.0, 1)]
    with database.transaction() as tx:
        assert list(latest_frame(tx)["value"]) == [1.0]


def test_latest_that_a_killed_worker_left_behind_is_repaired(database: Database, series: int) -> None:
    write(database, [ReadingRow(DAY, series, 1.0, Quality.GOOD)])
    moments = np.array([microseconds(DAY + number * SECOND) for number in (2, 1, 3, -86_400)])
    columns = Columns(moments, np.full(4, series), np.array([2.0, 1.0, 3.0, 0.0]), np.ones(4, np.int16))
    with database.transaction() as tx:
        add_readings(tx, columns)
        assert list(latest_frame(tx)["value"]) == [1.0]

        assert repair_latest(tx, DAY + 9 * SECOND) == 1
        assert repair_latest(tx, DAY + 9 * SECOND) == 0
        newest = latest_frame(tx).iloc[0]
    assert (newest["time"], newest["value"], newest["received_at"]) == (DAY + 3 * SECOND, 3.0, DAY + 3 * SECOND)


def test_latest_never_goes_back(database: Database, series: int) -> None:
    write(database, [ReadingRow(DAY + SECOND, series, 2.0, Quality.GOOD), ReadingRow(DAY, series, 1.0, Quality.GOOD)])
    write(database, [ReadingRow(DAY - SECOND, series, 0.0, Quality.GOOD)])
    with database.transaction() as tx:
        frame = latest_frame(tx)

    assert list(frame["value"]) == [2.0]
    assert list(frame["time"]) == [DAY + SECOND]
    assert set(frame.columns) == {"series_id", "sensor_id", "metric", "time", "value", "quality", "received_at"}


def test_an_empty_batch_is_no_work(database: Database) -> None:
    assert write(database, []) == 0


def test_history_ends_before_its_end(database: Database, series: int) -> None:
    write(database, [ReadingRow(DAY + number * SECOND, series, float(number), Quality.GOOD) for number in range(4)])
    with database.transaction() as tx:
        frame = history_frame(tx, "air-1", "pm25", start=DAY + SECOND, end=DAY + 3 * SECOND)

    assert list(frame["value"]) == [1.0, 2.0]


def test_a_reader_of_the_present_learns_of_new_series(database: Database) -> None:
    reader = LatestReader()
    with database.transaction() as tx:
        assert reader.read(tx).empty
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], [(DAY, 12.5)])
        first = reader.read(tx)
        put(tx, series["car-1", "flow"], [(DAY, 30.0)])
        put(tx, series["air-1", "pm25"], [(DAY + timedelta(microseconds=1), 13.0)])
        second = reader.read(tx)
        younger = [series_ids(tx, [("car-1", metric)])["car-1", metric] for metric in ("pm10", "humidity")]
        for key in reversed(younger):  # whatever is heard first
            put(tx, key, [(DAY, 1.0)])
            third = reader.read_changed(tx, frozenset({key}))

    assert third["metric"].tolist()[-2:] == ["pm10", "humidity"]
    assert first[["sensor_id", "metric", "value"]].values.tolist() == [["air-1", "pm25", 12.5]]
    found = second.sort_values("series_id")[["sensor_id", "metric", "time", "value", "quality"]].values.tolist()
    assert found == [
        ["air-1", "pm25", DAY + timedelta(microseconds=1), 13.0, Quality.GOOD],
        ["car-1", "flow", DAY, 30.0, Quality.GOOD],
    ]


def test_latest_is_updated_in_place_and_does_not_grow(database: Database) -> None:
    """A row of `latest` changes for ever: its new versions stay in their page, and no index hears of them."""
    rounds = 200
    with database.transaction() as tx:
        make_city(tx)
        tx.execute(
            "INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, registered_at, updated_at)"
            " SELECT 'n-' || n, '990101', 'environment', 'air_station', 'n', 121, 31, now(), now()"
            " FROM generate_series(1, 500) AS n"
        )
        tx.execute("INSERT INTO series (sensor_id, metric) SELECT sensor_id, 'pm10' FROM sensor WHERE name = 'n'")
        series = [row["series_id"] for row in tx.rows("SELECT series_id FROM series WHERE metric = 'pm10'")]
    for number in range(rounds):
        with database.transaction() as tx:
            at = DAY + timedelta(seconds=number)
            write_readings(tx, [ReadingRow(at, key, float(number), Quality.GOOD) for key in series], received_at=at)
    with database.transaction() as tx:
        tx.execute("SELECT pg_stat_force_next_flush()")
    with database.transaction() as tx:
        counted = tx.row("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'latest'")
        pages = tx.value("SELECT pg_relation_size('latest') / 8192")

    assert counted is not None
    assert counted["n_tup_upd"] >= (rounds - 1) * len(series)
    assert counted["n_tup_hot_upd"] > 0.97 * counted["n_tup_upd"]
    # What the fillfactor asks for, and room while others hold a snapshot: all versions would take ten times as much.
    assert pages < 20 * len(series) * 60 / 8192
