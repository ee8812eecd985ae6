"""The same data and the same questions on real TimescaleDB and on plain PostgreSQL: the answers are the same.

TimescaleDB runs inside Node, compiled to WebAssembly; the product's own migrations, writes, roll-ups and queries go
to it.
"""

import math
from collections.abc import Callable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import psycopg2
import pytest

from cityops.areas import AreaLevel
from cityops.catalogue import Catalogue
from cityops.readings import Quality
from cityops.storage import Database, Transaction
from cityops.storage.migrate import Profile, migrate, pending
from cityops.storage.readings import area_history, history
from cityops.storage.readings import table as store
from cityops.storage.readings.latest import latest_frame
from cityops.storage.readings.rollups import RetentionAges, roll_up
from portal.sensorthings.service import answer, read_question
from sharing.datasets.store import decide_demo_sets, seed_data_sets
from tests.storage_samples import DAY, KEYS, every, forget_all, make_city, put
from tests.timescale.client import Server, TimescaleDatabase

MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
END = DAY + 6 * A_DAY
LEVELS = ("reading_1m", "reading_1h", "reading_1d")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def all_of(relation: str) -> Callable[[Transaction], pd.DataFrame]:
    return lambda tx: tx.frame(
        f"SELECT bucket, series_id, count, weight, mean, min, max, last FROM {relation} ORDER BY series_id, bucket"
    )


def over_days(days: float) -> Callable[[Transaction], pd.DataFrame]:
    return lambda tx: history.history(tx, KEYS, start=END - days * A_DAY, end=END).frame


QUESTIONS: dict[str, Callable[[Transaction], pd.DataFrame]] = {
    **{level: all_of(level) for level in LEVELS},
    "latest": latest_frame,
    "raw history": lambda tx: store.history_frame(tx, "air-1", "pm25", start=DAY, end=DAY + A_DAY),
    "trend": lambda tx: area_history.area_history(tx, ["pm25", "leq"], start=DAY, end=END, step=30 * MINUTE),
    "8 hours of many": over_days(1 / 3),
    "a day of many": over_days(1),
    "a month of many": over_days(30),
    "a year of many": over_days(365),
    "eight years of many": over_days(3000),
    "area by minutes": lambda tx: area_history.area_history(tx, ["pm25", "leq", "speed"], start=END - HOUR, end=END),
    "area by hours": lambda tx: area_history.area_history(
        tx, ["pm25", "leq", "speed"], area="990101", start=DAY, end=END
    ),
    "area by 10 minutes": lambda tx: area_history.area_history(
        tx, ["speed"], area="990102", start=DAY, end=END, step=10 * MINUTE
    ),
    "area by days": lambda tx: area_history.area_history(tx, ["flow"], start=DAY, end=END, step=2 * A_DAY),
    "ranking": lambda tx: area_history.area_ranking(tx, "pm25", level=AreaLevel.DISTRICT, start=DAY, end=END),
    "heat map": lambda tx: area_history.heat_map(tx, "leq", zone=SHANGHAI, start=DAY, end=END),
    "completeness of an hour": lambda tx: area_history.completeness(tx, start=END - HOUR, end=END),
    "completeness of days": lambda tx: area_history.completeness(tx, area="990102", start=DAY, end=END),
    "data age": lambda tx: history.data_age(tx, END),
    "export": lambda tx: pd.DataFrame(
        {"text": list(history.export_csv(tx, "car-1", "speed", start=DAY, end=DAY + 2 * A_DAY))}
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    node = Server()
    yield node
    node.stop()


@pytest.fixture(scope="module")
def timescale(server: Server, postgres_url: str, catalogue: Catalogue) -> Iterator[Database]:
    """TimescaleDB, migrated and filled."""
    quoting = psycopg2.connect(postgres_url)
    database = TimescaleDatabase(server, quoting)
    assert migrate(database, catalogue, report=lambda _: None) == Profile.TIMESCALE
    fill(database)
    yield database
    quoting.close()


@pytest.fixture
def plain(database: Database) -> Database:
    """Plain PostgreSQL with the same data."""
    fill(database)
    return database


def fill(database: Database) -> None:
    """Six days of five series, each with its own interval, a gap, and readings of every quality."""
    with database.transaction() as tx:
        series = make_city(tx)
        for number, key in enumerate(KEYS, 1):
            wave = [40 + 30 * math.sin(n / 50) for n in range(700)]
            put(tx, series[key], every(timedelta(minutes=11 + number), DAY, wave))
            put(tx, series[key], every(MINUTE / 4, END - HOUR * 3, wave))
        for quality in Quality:
            put(tx, series["air-1", "pm25"], every(HOUR, DAY + int(quality) * MINUTE, [500.0] * 20), quality=quality)
        put(tx, series["car-1", "speed"], every(HOUR, DAY + 3 * MINUTE, [0.0] * 20))


def answers(database: Database) -> dict[str, pd.DataFrame]:
    with database.transaction() as tx:
        return {name: ask(tx) for name, ask in QUESTIONS.items()}


def assert_same_answers(plain: Database, timescale: Database) -> None:
    ours, theirs = answers(plain), answers(timescale)
    for name, frame in ours.items():
        assert not frame.empty, name
        try:
            pd.testing.assert_frame_equal(frame, theirs[name], rtol=1e-9)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


SENSOR_THINGS = (
    "Things?$expand=Datastreams($count=true;$expand=Observations($orderby=phenomenonTime desc;$top=1))&$count=true",
    "Datastreams?$filter=ObservedProperty/id eq 'pm25'&$expand=Observations($filter=resultQuality gt 2;$top=3)",
    "Observations?$filter=Datastream/Thing/id eq 'air-1' and result gt 60&$orderby=result desc&$top=20&$count=true",
    "Observations?$orderby=phenomenonTime desc&$top=50",
    "FeaturesOfInterest?$filter=st_within(feature,geography'POLYGON((0 0,180 0,180 90,0 90,0 0))')&$orderby=name",
)


def sensor_things(database: Database, catalogue: Catalogue) -> list[bytes]:
    """Return what SensorThings answers where every kind is open."""
    with database.transaction() as tx:
        seed_data_sets(tx, catalogue)
        decide_demo_sets(tx, catalogue, now=END)
        questions = [read_question(*line.split("?", 1), base="http://portal.test/v1.1") for line in SENSOR_THINGS]
        return [answer(tx, question, now=END).body for question in questions]


def test_sensorthings_answers_the_same(plain: Database, timescale: Database, catalogue: Catalogue) -> None:
    """Before anything is rolled up, which a Datastream's time tells of."""
    ours = sensor_things(plain, catalogue)

    assert ours == sensor_things(timescale, catalogue)
    assert all(b"@iot.id" in one for one in ours)


def test_the_answers_are_the_same_whatever_is_rolled_up(plain: Database, timescale: Database) -> None:
    """First nothing is rolled up on either, then only on one, then all; then late readings come on both."""
    assert_same_answers(plain, timescale)
    roll_up(plain, DAY + 3.3 * A_DAY)
    assert_same_answers(plain, timescale)
    roll_up(timescale, DAY + 2.3 * A_DAY)
    assert_same_answers(plain, timescale)
    for database in (plain, timescale):
        with database.transaction() as tx:
            series = make_city(tx)
            put(tx, series["noise-1", "leq"], every(HOUR * 7, DAY + HOUR, [120.0] * 20))
            put(tx, series["noise-1", "leq"], [(DAY + timedelta(seconds=1), 119.0)])
    for database in (plain, timescale):
        roll_up(database, END + A_DAY)
    assert_same_answers(plain, timescale)


def test_answers_and_late_readings_survive_compression(plain: Database, timescale: Database) -> None:
    with timescale.transaction() as tx:
        compressed = tx.value(
            "SELECT count(compress_chunk(c, true)) FROM (SELECT show_chunks('reading') UNION ALL"
            " SELECT show_chunks('rolled_1m') UNION ALL SELECT show_chunks('rolled_1h')) AS chunks (c)"
        )
    assert compressed >= 6
    for database in (plain, timescale):
        with database.transaction() as tx:
            series = make_city(tx)
            put(
                tx, series["noise-1", "leq"], every(HOUR * 7, DAY + HOUR, [120.0] * 20)
            )  # the test before wrote them too
            put(tx, series["noise-1", "leq"], [(DAY + timedelta(seconds=1), 119.0)])
            assert put(tx, series["air-2", "pm25"], [(DAY + 2 * HOUR + MINUTE / 7, 77.0)]) == 1
            assert put(tx, series["air-2", "pm25"], [(DAY + 2 * HOUR + MINUTE / 7, 78.0)]) == 0
    for database in (plain, timescale):
        roll_up(database, END + A_DAY)
    assert_same_answers(plain, timescale)


def test_the_schema_is_known_to_be_up_to_date(timescale: Database, catalogue: Catalogue) -> None:
    ran: list[str] = []
    assert pending(timescale) == []
    assert migrate(timescale, catalogue, report=ran.append) == Profile.TIMESCALE
    assert ran == []


def test_nothing_is_left_to_policies_of_the_server(timescale: Database) -> None:
    """They wait for locks without limit, and whoever reads waits behind them."""
    with timescale.transaction() as tx:
        forget_all(tx, RetentionAges(readings=None, minutes=None, hours=None), END)
        policies = tx.rows(
            "SELECT hypertable_name, proc_name FROM timescaledb_information.jobs"
            " WHERE proc_name LIKE 'policy_%%' AND hypertable_name IS NOT NULL"
        )
    assert policies == []
