"""Roll-ups: what they hold, that late readings correct them, and that nothing is lost or counted twice."""

import math
import os
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts.watch import storage_jobs
from cityops.operations.heartbeats import Beat
from cityops.readings import Quality
from cityops.storage import Database, TransactionConflict, load_queries
from cityops.storage.devices.registry import register_sensors, series_ids
from cityops.storage.operations import heartbeats
from cityops.storage.readings.rollups import RetentionAges, forget, roll_up
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.storage_samples import DAY, SENSORS, every, forget_all, make_city, put

SQL = load_queries("cityops.storage")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# What these tests look at is inside the plain profile; tests/integration/test_timescale.py has the other one.
plain_only = pytest.mark.skipif("CITYOPS_TEST_TIMESCALE_URL" in os.environ, reason="TimescaleDB keeps its own roll-ups")
LEVELS = ("reading_1m", "reading_1h", "reading_1d")


def buckets(database: Database, level: str) -> list[tuple[object, ...]]:
    with database.transaction() as tx:
        rows = tx.rows(f"SELECT bucket, series_id, count, mean, min, max, last FROM {level} ORDER BY series_id, bucket")
    return [tuple(row.values()) for row in rows]


def test_a_bucket_holds_count_mean_min_max_and_last(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(20 * timedelta(seconds=1), DAY, [10, 40, 25, 7]))

    expected = [(DAY, series, 3, 25.0, 10.0, 40.0, 25.0), (DAY + MINUTE, series, 1, 7.0, 7.0, 7.0, 7.0)]
    assert expected == buckets(database, "reading_1m")
    assert [(DAY, series, 4, 20.5, 7.0, 40.0, 7.0)] == buckets(database, "reading_1h")
    assert [(DAY, series, 4, 20.5, 7.0, 40.0, 7.0)] == buckets(database, "reading_1d")


def test_what_is_the_same_as_the_mean_of_a_minute_is_stored_once(database: Database) -> None:
    """Most sensors send one reading a minute. A speed of 0 has no mean, so there all stands as it is."""
    with database.transaction() as tx:
        series = make_city(tx)
        air, speed = series["air-1", "pm25"], series["car-1", "speed"]
        put(tx, air, every(20 * timedelta(seconds=1), DAY, [10, 40, 25, 7]))
        put(tx, speed, [(DAY, 0.0)])
    before = {level: buckets(database, level) for level in LEVELS}
    roll_up(database, DAY + timedelta(days=2))

    with database.transaction() as tx:
        stored = tx.rows("SELECT series_id, mean, min, max, last FROM rolled_1m ORDER BY series_id, bucket")
    assert sorted(tuple(row.values()) for row in stored) == sorted(
        [(air, 25.0, 10.0, 40.0, None), (air, 7.0, None, None, None), (speed, None, 0.0, 0.0, 0.0)]
    )
    assert before == {level: buckets(database, level) for level in LEVELS}


def test_noise_is_averaged_by_energy_and_speed_harmonically_on_every_level(database: Database) -> None:
    """GB 3096: 60 dB and 70 dB are 67.40 dB. 30 and 60 km/h are 40 km/h; a speed of 0 is no vehicle."""
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["noise-1", "leq"], every(HOUR / 2, DAY, [60, 70]))
        put(tx, series["car-1", "speed"], every(HOUR / 3, DAY, [30, 0, 60]))
    for _ in range(2):
        for level in LEVELS[1:]:
            noise, speed = (row[3] for row in buckets(database, level))
            assert (noise, speed) == (pytest.approx(67.40, abs=0.005), pytest.approx(40))
        roll_up(database, DAY + timedelta(days=2))


def test_only_readings_of_quality_good_or_not_evaluated_count(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        for second, quality in enumerate(Quality):
            put(tx, series, [(DAY + timedelta(seconds=second), float(second))], quality=quality)

    assert [(DAY, series, 2, 0.5, 0.0, 1.0, 1.0)] == buckets(database, "reading_1m")


def test_rolling_up_changes_no_answer_wherever_the_watermark_stands(database: Database) -> None:
    """The views answer the same before, between and after: nothing is missing and nothing counted twice."""
    with database.transaction() as tx:
        series = make_city(tx)
        for key, number in series.items():
            put(tx, number, every(timedelta(minutes=7), DAY - HOUR, [50 + 20 * math.sin(n) for n in range(600)]))
            assert key
    before = {level: buckets(database, level) for level in LEVELS}
    for now in (DAY, DAY + 30 * MINUTE, DAY + HOUR, DAY + timedelta(days=1, seconds=30), DAY + timedelta(days=9)):
        roll_up(database, now)
        for level in LEVELS:
            assert_same(before[level], buckets(database, level))


def test_the_open_hour_grows_with_its_minutes_and_answers_as_they_do(database: Database) -> None:
    """Minute by minute over two hours: of series that speak in each, in some, and only in the first."""
    with database.transaction() as tx:
        series = make_city(tx)
        for key, pause in {("noise-1", "leq"): 1, ("car-1", "speed"): 7, ("air-1", "pm25"): 70}.items():
            values = [50 + 20 * math.sin(n + pause) for n in range(240 // pause)]
            put(tx, series[key], every(pause * MINUTE / 2, DAY + MINUTE, values))
    before = buckets(database, "reading_1h")

    for minute in range(1, 125):
        roll_up(database, DAY + minute * MINUTE)
        if minute % 5 == 4:
            assert_same(before, buckets(database, "reading_1h"))


def test_the_open_hour_reads_none_of_its_minutes_again(database: Database) -> None:
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(MINUTE, DAY, [10, 20, 30]))
    roll_up(database, DAY + 3 * MINUTE)
    with database.transaction() as tx:
        tx.execute("UPDATE rolled_1m SET mean = 1000 WHERE bucket = %(day)s", day=DAY)

    roll_up(database, DAY + 4 * MINUTE)

    assert buckets(database, "rolled_hour_open")[0][2:4] == (3, 20)


@pytest.mark.parametrize("level", ["minutes", "hours"])
def test_what_is_new_is_folded_without_looking_for_each_series(database: Database, level: str) -> None:
    """Of what is newer than the statistics the planner expects one row, and would look up hundreds one by one."""
    with database.transaction() as tx:
        first = make_city(tx)["air-1", "pm25"]
        names = [f"air-{number}" for number in range(10, 500)]
        register_sensors(tx, [replace(SENSORS[0], sensor_id=name) for name in names], DAY)
        series = [first, *series_ids(tx, [(name, "pm25") for name in names]).values()]
        put(tx, first, every(MINUTE, DAY, [10, 20, 30]))
    roll_up(database, DAY + 3 * MINUTE)
    now = DAY + 5 * MINUTE
    with database.transaction() as tx:
        tx.execute("ANALYZE reading, rolled_1m, rolled_hour_open, series")
        write_readings(tx, [ReadingRow(now, one, 40, Quality.GOOD) for one in series], received_at=now)
        if level == "hours":
            tx.execute(
                "INSERT INTO rolled_1m SELECT * FROM minutes_of(%(since)s, %(until)s)", since=now, until=now + HOUR
            )
        fold = f"SELECT count(*) FROM {level}_of(%(since)s, %(until)s)"
        plan = tx.value(f"EXPLAIN (ANALYZE, FORMAT JSON) {fold}", since=now, until=now + HOUR)

        assert tx.value(fold, since=now, until=now + HOUR) == len(series)
    assert plan[0]["Plan"]["Shared Hit Blocks"] < len(series)


def test_a_mean_that_is_made_in_another_way_changes_the_open_hour_too(database: Database) -> None:
    with database.transaction() as tx:
        put(tx, make_city(tx)["car-1", "speed"], every(MINUTE, DAY, [30, 60]))
    roll_up(database, DAY + 4 * MINUTE)
    with database.transaction() as tx:
        tx.execute("UPDATE metric SET mean = 'arithmetic' WHERE metric = 'speed'")

    roll_up(database, DAY + 5 * MINUTE)

    assert buckets(database, "reading_1h")[0][3] == pytest.approx(45)


def test_roll_ups_wait_for_ingest_while_it_lags(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(MINUTE, DAY, [10] * 30))
    for lag, expected in ((300, 24), (0, 29), (3600, 29)):  # minutes; what stands, stands
        with database.transaction() as tx:
            heartbeats.beat(tx, [Beat("ingest/one", facts={"lag_seconds": lag})], DAY)
        storage_jobs.roll_up(database, DAY + 30 * MINUTE)
        assert len(buckets(database, "rolled_1m")) == expected


def test_roll_ups_do_not_wait_for_ever(database: Database) -> None:
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(MINUTE, DAY, [10] * 30))
        heartbeats.beat(tx, [Beat("ingest/one", facts={"lag_seconds": 1e9})], DAY)

    storage_jobs.roll_up(database, DAY + 30 * MINUTE)

    assert len(buckets(database, "rolled_1m")) == 14


@plain_only
def test_late_readings_of_minutes_and_days_ago_correct_every_level(database: Database) -> None:
    now = DAY + timedelta(days=5, hours=3, minutes=20)
    with database.transaction() as tx:
        series = make_city(tx)
        for number in series.values():
            put(tx, number, every(timedelta(minutes=10), DAY, [60.0] * 700))
    roll_up(database, now)
    with database.transaction() as tx:
        for late in (DAY, DAY + timedelta(days=2, hours=5, seconds=1), now - 5 * MINUTE, now - 70 * MINUTE):
            put(tx, series["noise-1", "leq"], [(late + timedelta(seconds=1), 90.0)])
    roll_up(database, now + MINUTE)
    corrected = {level: buckets(database, level) for level in LEVELS}
    with database.transaction() as tx:
        tx.execute("TRUNCATE rolled_1m, rolled_1h, rolled_1d, rolled_hour_open")
        for mark in ("watermark", "threshold", "tail", "days"):
            tx.execute(f"UPDATE rollup_state SET {mark} = '-infinity'")
        tx.execute("CREATE OR REPLACE VIEW reading_tail AS SELECT time, series_id, value, quality FROM reading")

    for level in LEVELS:
        assert_same(buckets(database, level), corrected[level])
    assert sum(row[5] == 90.0 for row in corrected["reading_1h"]) == 4


@plain_only
def test_only_touched_hours_are_rolled_up_again(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)
        for number in series.values():
            put(tx, number, every(timedelta(minutes=10), DAY, [1.0] * 300))
    roll_up(database, DAY + timedelta(days=3))
    untouched = row_versions(database)
    with database.transaction() as tx:
        put(tx, series["air-1", "pm25"], [(DAY + timedelta(hours=5, seconds=7), 3.0)])
    roll_up(database, DAY + timedelta(days=3))

    changed = {key for key, version in row_versions(database).items() if untouched.get(key) != version}
    assert {(series["air-1", "pm25"], DAY + timedelta(hours=5))} == changed


@plain_only
def test_a_change_or_removal_by_hand_is_rolled_up_too(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(MINUTE, DAY, [1.0, 2.0, 3.0]))
    roll_up(database, DAY + HOUR * 2)
    with database.transaction() as tx:
        tx.execute("UPDATE reading SET quality = 4 WHERE value = 3")
        tx.execute("DELETE FROM reading WHERE value = 1")
    roll_up(database, DAY + HOUR * 2)

    assert [(DAY, series, 1, 2.0, 2.0, 2.0, 2.0)] == buckets(database, "reading_1h")


@plain_only
def test_a_writer_under_way_keeps_the_threshold_and_loses_nothing(database: Database) -> None:
    """Its readings are invisible to the roll-up, so the roll-up must not pass them."""
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, [(DAY, 1.0)])
    with database.transaction() as tx:
        put(tx, series, [(DAY + timedelta(seconds=5), 3.0)])
        with pytest.raises(TransactionConflict):
            roll_up(database, DAY + HOUR)
    roll_up(database, DAY + 2 * HOUR)

    assert [(DAY, series, 2, 2.0, 1.0, 3.0, 3.0)] == buckets(database, "reading_1h")


@plain_only
def test_writers_and_roll_ups_at_the_same_time_lose_and_double_nothing(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
    done = threading.Event()

    def write() -> None:
        for number in range(300):
            with database.transaction() as tx:
                put(tx, series, [(DAY + timedelta(seconds=20 * number), 1.0)])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    moment = DAY
    while not done.is_set():
        moment += timedelta(seconds=25)
        roll_up(database, moment)
    writer.join()
    roll_up(database, moment + timedelta(days=3))

    for level in LEVELS:
        assert sum(int(str(row[2])) for row in buckets(database, level)) == 300


@plain_only
def test_readings_are_forgotten_by_the_day_and_their_roll_ups_stay(database: Database) -> None:
    now = DAY + timedelta(days=10, hours=5)
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(timedelta(hours=6), DAY, [float(n) for n in range(41)]))
    roll_up(database, now)
    before = buckets(database, "reading_1h")
    keep(database, RetentionAges(readings=timedelta(days=4)), now)

    assert DAY + timedelta(days=6) == oldest(database, "reading")
    assert before == buckets(database, "reading_1h")


@plain_only
def test_a_reading_older_than_the_forgotten_ones_does_not_wipe_their_roll_up(database: Database) -> None:
    now = DAY + timedelta(days=10)
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(MINUTE, DAY, [1.0] * 10))
    roll_up(database, now)
    keep(database, RetentionAges(readings=timedelta(days=4)), now)
    with database.transaction() as tx:
        put(tx, series, [(DAY + timedelta(seconds=1), 9.0)])
    roll_up(database, now)

    assert [(DAY, series, 10, 1.0, 1.0, 1.0, 1.0)] == buckets(database, "reading_1d")


@plain_only
def test_readings_that_are_not_rolled_up_are_never_forgotten(database: Database) -> None:
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], [(DAY, 1.0)])
    keep(database, RetentionAges(readings=timedelta(days=4)), DAY + timedelta(days=300))

    assert oldest(database, "reading") == DAY


@plain_only
def test_minutes_and_hours_have_their_own_age(database: Database) -> None:
    now = DAY + timedelta(days=200)
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(timedelta(days=20), DAY, [1.0] * 10))
    roll_up(database, now)
    keep(database, RetentionAges(timedelta(days=10), timedelta(days=50), timedelta(days=100)), now)

    assert DAY + timedelta(days=140) == oldest(database, "rolled_1m", "bucket")  # whole months go
    assert DAY + timedelta(days=100) == oldest(database, "rolled_1h", "bucket")
    assert oldest(database, "rolled_1d", "bucket") == DAY


@plain_only
def test_a_round_of_watch_rolls_up_makes_room_and_forgets(database: Database) -> None:
    now = DAY + timedelta(days=10)
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(timedelta(hours=6), DAY, [1.0] * 40))

    assert storage_jobs.make_days(database, now)
    assert storage_jobs.roll_up(database, now)
    assert storage_jobs.forget_readings(database, now, ages=RetentionAges(readings=timedelta(days=4)))
    assert oldest(database, "rolled_1h", "bucket") == DAY
    assert oldest(database, "reading") == DAY + timedelta(days=6)
    with database.transaction() as tx:
        assert tx.value("SELECT to_regclass('reading_20260314')") is not None


def test_what_is_too_old_goes_a_few_days_a_transaction(database: Database) -> None:
    """Each partition takes places in the lock table of the server, which all sessions share."""
    now, ages = DAY + timedelta(days=60), RetentionAges(readings=timedelta(days=5))
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(timedelta(days=1), DAY, [1.0] * 50))
    roll_up(database, now)

    with database.transaction() as tx:
        assert forget(tx, ages, now)
    assert oldest(database, "reading") == DAY + timedelta(days=20)
    assert storage_jobs.forget_readings(database, now, ages=ages)
    assert oldest(database, "reading") is None
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM forgotten_day") == 50
        assert not forget(tx, ages, now)


def test_a_round_over_a_long_past_ends_after_some_steps_and_the_next_goes_on(database: Database) -> None:
    now = DAY + timedelta(days=12)
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(timedelta(days=1), DAY, [1.0] * 10))

    assert roll_up(database, now, most=3) == 3
    assert roll_up(database, now) > 3
    assert oldest(database, "rolled_1d", "bucket") == DAY


def keep(database: Database, ages: RetentionAges, now: datetime) -> None:
    with database.transaction() as tx:
        forget_all(tx, ages, now)


def oldest(database: Database, table: str, column: str = "time") -> object:
    with database.transaction() as tx:
        return tx.value(f"SELECT min({column}) FROM {table}")


def row_versions(database: Database) -> dict[tuple[object, object], object]:
    with database.transaction() as tx:
        rows = tx.rows("SELECT series_id, bucket, ctid::text || xmin::text AS version FROM rolled_1h")
    return {(row["series_id"], row["bucket"]): row["version"] for row in rows}


def assert_same(expected: list[tuple[object, ...]], actual: list[tuple[object, ...]]) -> None:
    assert [row[:3] for row in expected] == [row[:3] for row in actual]
    for ours, theirs in zip(expected, actual, strict=True):
        assert ours[3:] == pytest.approx(theirs[3:])
