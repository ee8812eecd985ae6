"""Roll-ups over areas answer as the series do: whatever came late, was corrected, moved, or is in whose scope."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.scope import Scope
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.migrate import migrate
from cityops.storage.readings import area_history, history
from cityops.storage.readings.rollups import RetentionAges, roll_up, set_zone
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.storage_samples import AREAS, DAY, forget_all

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
METRICS = ["pm25", "leq", "wind_direction", "speed", "flow"]
PLACES = ["990101001", "990102", "990101777", "990102001", "880001", "990103"]  # not all of them are areas
ZONE = ZoneInfo("Asia/Shanghai")
MEASURED = {
    "air_station": ["pm25"], "noise_meter": ["leq"], "weather_station": ["wind_direction"],
    "traffic_detector": ["speed", "flow"],
}  # fmt: skip
TABLES = [
    "reading", "latest", "series", "sensor", "area", "rolled_1m", "rolled_1h", "rolled_1d", "rollup_late",
    "rolled_hour_open", "forgotten_day", "rolled_area", "rolled_area_member", "rolled_area_late", "rolled_area_moved",
]  # fmt: skip
Keys = dict[tuple[str, str], int]
Question = Callable[[Transaction, datetime], pd.DataFrame]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_areas_answer_as_their_series_do(shared: Database, seed: int) -> None:
    """Readings at random, then acts at random: after each the roll-ups and the series must say the same."""
    rng = random.Random(seed)
    with shared.transaction() as tx:
        empty(tx)
        keys = make_places(tx, rng)
        measure(tx, rng, keys, DAY, 400)
    now = DAY + timedelta(days=1, minutes=rng.randrange(600))
    roll_up(shared, now)
    for act in rng.choices(ACTS, k=3):
        with shared.transaction() as tx:
            act(tx, rng, keys)
        compare(shared, now, rng)
        roll_up(shared, now := now + timedelta(minutes=rng.choice([1, 7, 75])))
        compare(shared, now, rng)
    assert known(shared, now) == (now - MINUTE).replace(minute=now.minute // 10 * 10, second=0) or now.minute % 10 == 0


def late(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    measure(tx, rng, dict(rng.sample(sorted(keys.items()), 2)), DAY - 5 * HOUR, 30)


def correct(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    series = rng.choice(sorted(keys.values()))
    tx.execute("UPDATE reading SET value = value / 2, quality = 4 - quality WHERE series_id = %(id)s", id=series)


def remove(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    at = DAY + timedelta(hours=rng.randrange(24))
    tx.execute("DELETE FROM reading WHERE time >= %(at)s AND time < %(end)s", at=at, end=at + 2 * HOUR)


def move(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    sensor, _ = rng.choice(sorted(keys))
    tx.execute("UPDATE sensor SET area_code = %(to)s WHERE sensor_id = %(id)s", to=rng.choice(PLACES), id=sensor)


def draw_borders(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    tx.execute(
        "UPDATE area SET parent = %(parent)s WHERE code = '990101001'", parent=rng.choice(["990101", "990102", None])
    )


def found_a_district(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    store_areas(tx, [Area("990103", "南区", AreaLevel.DISTRICT, "990100")])


def install(tx: Transaction, rng: random.Random, keys: Keys) -> None:
    """A new sensor that sends what it kept for hours."""
    new = add_sensor(tx, rng, f"new-{rng.randrange(10**6)}")
    measure(tx, rng, new, DAY + 20 * HOUR, 100)
    keys |= new


ACTS: list[Callable[[Transaction, random.Random, Keys], None]] = [
    late, correct, remove, move, draw_borders, found_a_district, install,
]  # fmt: skip


def test_without_watch_the_series_answer_what_was_moved(shared: Database) -> None:
    rng = random.Random(1)
    with shared.transaction() as tx:
        empty(tx)
        keys = make_places(tx, rng)
        measure(tx, rng, keys, DAY, 400)
    now = DAY + timedelta(days=1)
    roll_up(shared, now)
    assert known(shared, now) is not None
    with shared.transaction() as tx:
        tx.execute("UPDATE sensor SET area_code = '990102' WHERE area_code LIKE '990101%%'")
        assert area_history.area_history(tx, METRICS, area="990101", start=DAY, end=now, step=10 * MINUTE).empty
    assert known(shared, now) is None


@pytest.mark.parametrize(
    "scope",
    [Scope(areas=("990101",)), Scope(domains=("traffic",)), Scope(("traffic",), ("990102",)), Scope(areas=("99010",))],
)
def test_a_scope_sees_its_part_of_the_roll_ups_only(shared: Database, scope: Scope) -> None:
    rng = random.Random(2)
    with shared.transaction() as tx:
        empty(tx)
        keys = make_places(tx, rng)
        measure(tx, rng, keys, DAY, 600)
        tx.execute("UPDATE sensor SET area_code = '880001' WHERE sensor_id = 's-1'")
        store_areas(tx, [Area("880001", "飞地", AreaLevel.STREET, "990101")])  # by its parent only
    now = DAY + timedelta(days=1)
    roll_up(shared, now)
    narrow = shared.within(scope)
    compare(narrow, now)
    with narrow.transaction() as tx:
        assert tx.value("SELECT count(*) FROM rolled_area WHERE area_code = ''") == 0 or scope.areas is None
        assert (
            set(scope.domains or ["traffic"])
            >= {row["domain"] for row in tx.rows("SELECT DISTINCT domain FROM rolled_area")}
            or scope.domains is None
        )


def test_what_is_too_old_goes_and_the_rest_answers(shared: Database) -> None:
    rng = random.Random(3)
    with shared.transaction() as tx:
        empty(tx)
        keys = make_places(tx, rng)
        measure(tx, rng, keys, DAY, 300)
        measure(tx, rng, keys, DAY + timedelta(days=12), 300)
    roll_up(shared, DAY + timedelta(days=2))
    roll_up(shared, DAY + timedelta(days=13))
    with shared.transaction() as tx:
        first = tx.value("SELECT min(bucket) FROM rolled_area WHERE step < '1 hour'")
        assert first >= DAY + timedelta(days=4)
        assert tx.value("SELECT min(bucket) FROM rolled_area WHERE step = '1 hour'") < DAY + timedelta(days=1)
    compare(shared, DAY + timedelta(days=13))
    compare(shared, DAY + timedelta(days=1))


def test_hours_that_were_forgotten_are_in_no_answer(shared: Database) -> None:
    rng = random.Random(4)
    with shared.transaction() as tx:
        empty(tx)
        measure(tx, rng, make_places(tx, rng), DAY, 300)
    now = DAY + timedelta(days=20)
    roll_up(shared, now)
    kept = timedelta(days=10)
    with shared.transaction() as tx:
        forget_all(tx, RetentionAges(kept, kept, kept), now)
    compare(shared, DAY + timedelta(days=1))


def test_the_days_of_another_zone_begin_anew(shared: Database) -> None:
    rng = random.Random(5)
    with shared.transaction() as tx:
        empty(tx)
        measure(tx, rng, make_places(tx, rng), DAY, 400)
    now = DAY + timedelta(days=1, hours=3)
    for zone in ("Asia/Shanghai", "Asia/Kolkata", "UTC"):
        roll_up(shared, now)
        with shared.transaction() as tx:
            set_zone(tx, ZoneInfo(zone))
        compare(shared, now)
        roll_up(shared, now)
        compare(shared, now)


def test_another_kind_of_mean_changes_the_answer_at_once_and_stays(shared: Database, catalogue: Catalogue) -> None:
    rng = random.Random(6)
    with shared.transaction() as tx:
        empty(tx)
        measure(tx, rng, make_places(tx, rng), DAY, 400)
    now = DAY + timedelta(days=1)
    roll_up(shared, now)
    with shared.transaction() as tx:
        tx.execute("UPDATE metric SET weighed_by = NULL WHERE metric = 'speed'")
        tx.execute("UPDATE metric SET mean = 'arithmetic' WHERE metric = 'leq'")
    assert known(shared, now) is None
    compare(shared, now)
    roll_up(shared, now + MINUTE)
    assert known(shared, now) is not None
    compare(shared, now)
    migrate(shared, catalogue, report=lambda _: None)
    roll_up(shared, now + 2 * MINUTE)
    compare(shared, now)


def test_minutes_that_statistics_do_not_know_yet_are_folded_in_seconds(shared: Database) -> None:
    """The planner takes what is newer than the last ANALYZE for one row, and would compare each with each."""
    with shared.transaction() as tx:
        empty(tx)
        tx.execute("SELECT ensure_rolled_months(%(day)s, %(day)s)", day=DAY)
        tx.execute(
            "INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, registered_at, updated_at)"
            " SELECT 'n-' || n, '990101', 'environment', 'air_station', 'n', 121, 31, now(), now()"
            " FROM generate_series(1, 300) AS n"
        )
        tx.execute("INSERT INTO series (sensor_id, metric) SELECT sensor_id, 'pm25' FROM sensor")
        for start in (DAY, DAY + timedelta(days=2)):
            tx.execute(
                "INSERT INTO rolled_1m (bucket, series_id, count, weight, mean, min, max, last)"
                " SELECT %(start)s + n * interval '5 minutes', series_id, 1, 1, 1, 1, 1, 1"
                " FROM generate_series(0, 287) AS n, series",
                start=start,
            )
            if start == DAY:
                tx.execute("ANALYZE rolled_1m")
        tx.execute("INSERT INTO rolled_area_member SELECT * FROM area_members()")
        tx.execute("SET LOCAL statement_timeout = '20s'")
        folded = "SELECT fold_areas('10 minutes', 'UTC', %(start)s, %(start)s + interval '24 hours')"
        assert tx.value(folded, start=DAY + timedelta(days=2)) == 300 * 144


@pytest.fixture
def shared(shared_database_url: str) -> Database:
    return Database(shared_database_url, application="test")


def empty(tx: Transaction) -> None:
    """Begin anew: a day of a first roll-up is looked at in each example."""
    for table in TABLES:
        tx.execute(f"DELETE FROM {table}")
    tx.execute("CREATE OR REPLACE VIEW reading_tail AS SELECT time, series_id, value, quality FROM reading")
    tx.execute("DELETE FROM rollup_state")
    tx.execute("INSERT INTO rollup_state DEFAULT VALUES")
    tx.execute("UPDATE rolled_area_step SET since = '-infinity', until = '-infinity'")


def make_places(tx: Transaction, rng: random.Random) -> Keys:
    store_areas(tx, AREAS)
    keys: Keys = {}
    for number in range(9):
        keys |= add_sensor(tx, rng, f"s-{number}")
    return keys


def add_sensor(tx: Transaction, rng: random.Random, name: str) -> Keys:
    kind = rng.choice([*MEASURED, "traffic_detector"])
    domain = "traffic" if kind == "traffic_detector" else "environment"
    register_sensor(tx, Sensor(name, rng.choice(PLACES), domain, kind, name, 121, 31), DAY - timedelta(days=100))
    return series_ids(tx, [(name, metric) for metric in MEASURED[kind] if metric != "flow" or rng.random() < 0.7])


def measure(tx: Transaction, rng: random.Random, keys: Keys, start: datetime, most: int) -> None:
    rows = [
        ReadingRow(
            start + timedelta(seconds=rng.randrange(100_000)), series, rng.choice([0, rng.uniform(0, 359)]), quality
        )
        for series in keys.values()
        for quality in rng.choices(list(Quality), weights=[9, 3, 1, 1, 1], k=rng.randrange(most))
    ]
    if rows:
        write_readings(tx, rows, received_at=start)


def compare(database: Database, now: datetime, rng: random.Random | None = None) -> None:
    """Ask twice: as it stands, and with the roll-ups over areas out of use. All questions, or a dozen by chance."""
    chosen = QUESTIONS if rng is None else rng.sample(QUESTIONS, 12)
    with database.transaction() as tx:
        found = [question(tx, now) for question in chosen]
    with database.transaction() as tx:
        tx.execute("INSERT INTO rolled_area_moved DEFAULT VALUES")
        expected = [question(tx, now) for question in chosen]
        tx.execute("DELETE FROM rolled_area_moved WHERE noted_at = now()")
    for question, ours, theirs in zip(chosen, found, expected, strict=True):
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, atol=1e-9, obj=str(question))


def over_time(area: str | None, step: timedelta, before: timedelta) -> Question:
    def ask(tx: Transaction, now: datetime) -> pd.DataFrame:
        end = now - before
        return area_history.area_history(tx, METRICS, area=area, start=end - timedelta(days=1), end=end, step=step)

    return ask


def by_hour(area: str | None, metric: str) -> Question:
    return lambda tx, now: area_history.heat_map(
        tx, metric, zone=ZONE, area=area, start=now - timedelta(days=2), end=now
    )


def ranked(metric: str) -> Question:
    """By area: two that are equal but for the last bit of a sum stand in either order."""

    def ask(tx: Transaction, now: datetime) -> pd.DataFrame:
        found = area_history.area_ranking(tx, metric, level=AreaLevel.DISTRICT, start=now - timedelta(days=1), end=now)
        assert found["value"].dropna().is_monotonic_decreasing
        return found.sort_values("area_code", ignore_index=True)

    return ask


QUESTIONS = [
    *(over_time(area, step, 95 * MINUTE if step == HOUR else MINUTE * 0)
      for area in (None, "990100", "990101", "990101001") for step in (10 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR)),
    *(over_time("9901", 10 * MINUTE, before) for before in (MINUTE * 0, 95 * MINUTE)),
    *(by_hour(area, metric) for area in (None, "990102") for metric in ("leq", "wind_direction", "speed")),
    *(ranked(metric) for metric in METRICS),
]  # fmt: skip


def known(database: Database, now: datetime) -> datetime | None:
    with database.transaction() as tx:
        found: datetime | None = tx.value(
            history.SQL["areas_known"],
            step=10 * MINUTE, areas=["", "990101", "990102"], metrics=METRICS,
            start=now - timedelta(days=1), end=now,
        )  # fmt: skip
    return found
