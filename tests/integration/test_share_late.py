"""Who reads on gets what came late too: each reading that was stored, whenever it came, in pages of any size."""

import random
import threading
from datetime import datetime, timedelta

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from cityops.storage.readings.rollups import roll_up
from sharing.departments.late import KEEP, forget_late
from sharing.departments.reading import SharedPage, read_shared
from tests.share_samples import AIR, NOISE, build_sharing, grant, share
from tests.storage_samples import put

HOURS = "hours-air_station"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FIELDS = ("time", "sensor_id", "metric", "value")


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> Database:
    with database.transaction() as tx:
        build_sharing(tx, catalogue, readings=0)
        share(tx, HOURS)
        share(tx, NOISE)
    return database


@pytest.fixture
def begin(city: Database) -> datetime:
    """Some hours ago, at a full hour; all until now is past the threshold."""
    now = utc_now()
    roll_up(city, now)
    return now.replace(minute=0, second=0, microsecond=0) - 5 * HOUR


class Reader:
    """A department's program: reads on from its key and keeps one row for each time, sensor and metric."""

    def __init__(self, database: Database, name: str, begin: datetime, *, area: str = "", limit: int = 100) -> None:
        self.database, self.name, self.begin, self.limit, self.key = database, name, begin, limit, ""
        with database.transaction() as tx:
            _, self.token = grant(tx, name, area=area)
        self.rows: dict[tuple[object, ...], object] = {}
        self.given = 0

    def page(self) -> SharedPage:
        with self.database.transaction() as tx:
            page = read_shared(tx, self.token, self.name, after=self.key, start=self.begin, limit=self.limit, origin="")
        self.key = page.next
        return page

    def read_on(self) -> int:
        """Read until there is no more; return how many rows came late."""
        late = 0
        while (page := self.page()).rows:
            assert len(page.rows) <= self.limit
            value = "mean" if self.name == HOURS else "value"
            named = [dict(zip(page.fields, row, strict=True)) for row in page.rows]
            self.rows |= {(row["time"], row["sensor_id"], row["metric"]): row[value] for row in named}
            self.given += len(page.rows)
            late += page.late
        return late


def series_of(database: Database, sensor: str = "air-1", metric: str = "pm25") -> int:
    with database.transaction() as tx:
        return int(
            tx.value(
                "SELECT series_id FROM series WHERE sensor_id = %(sensor)s AND metric = %(metric)s",
                sensor=sensor,
                metric=metric,
            )
        )


def store(database: Database, series: int, *times: datetime, value: float = 1.0) -> None:
    with database.transaction() as tx:
        assert put(tx, series, [(time, value) for time in times]) == len(times)


def stored(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.value("SELECT count(*) FROM reading"))


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_what_comes_late_is_given_and_nothing_else_again(city: Database, begin: datetime, limit: int) -> None:
    series = series_of(city)
    on_time = [begin + number * MINUTE for number in range(10)]
    store(city, series, *on_time)
    roll_up(city, utc_now())
    reader = Reader(city, AIR, begin - HOUR, limit=limit)
    assert reader.read_on() == 0
    assert reader.given == 10
    late = [on_time[3] + number * SECOND for number in (1, 2, 3, 4, 5)]
    store(city, series, *late)
    assert reader.read_on() == 0  # the roll-ups have not told yet
    roll_up(city, utc_now())
    assert reader.read_on() == 5
    assert (reader.given, len(reader.rows)) == (15, 15)
    assert reader.read_on() == 0  # once


def test_of_a_span_that_was_partly_there_each_row_is_known_by_its_key(city: Database, begin: datetime) -> None:
    series = series_of(city)
    store(city, series, begin + MINUTE, value=1)
    reader = Reader(city, AIR, begin - HOUR)
    reader.read_on()
    store(city, series, begin, begin + 2 * MINUTE, value=2)  # around the one that was there
    roll_up(city, utc_now())
    assert reader.read_on() == 3
    assert sorted(map(float, reader.rows.values())) == [1, 2, 2]  # type: ignore[arg-type]


def test_late_hours_are_given_as_they_are_now(city: Database, begin: datetime) -> None:
    series = series_of(city)
    store(city, series, begin, begin + HOUR, value=10)
    roll_up(city, utc_now())
    reader = Reader(city, HOURS, begin - HOUR)
    reader.read_on()
    assert [float(value) for value in reader.rows.values()] == [10, 10]  # type: ignore[arg-type]
    store(city, series, begin + MINUTE, value=30)
    roll_up(city, utc_now())
    assert reader.read_on() == 1
    assert [float(value) for value in reader.rows.values()] == [20, 10]  # type: ignore[arg-type]


def test_late_readings_of_others_are_not_given(city: Database, begin: datetime) -> None:
    reader, other = Reader(city, AIR, begin, area="990101"), Reader(city, NOISE, begin)
    for one in (reader, other):
        one.read_on()
    store(city, series_of(city, "air-2"), begin + MINUTE)
    roll_up(city, utc_now())
    assert (reader.read_on(), other.read_on()) == (0, 0)
    assert (reader.rows, other.rows) == ({}, {})


def test_a_key_of_two_parts_goes_on_from_now(city: Database, begin: datetime) -> None:
    """As programs kept it that read before late readings were told."""
    series = series_of(city)
    reader = Reader(city, AIR, begin)
    reader.read_on()
    store(city, series, begin + MINUTE)
    roll_up(city, utc_now())
    reader.key = "-".join(reader.key.split("-")[:2])
    assert reader.read_on() == 0
    store(city, series, begin + 2 * MINUTE)
    roll_up(city, utc_now())
    assert reader.read_on() == 1


def test_nothing_is_noted_for_nobody(city: Database, begin: datetime) -> None:
    store(city, series_of(city), begin)
    roll_up(city, utc_now())
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM share_late") == 0


def test_who_was_away_for_too_long_is_told_so(city: Database, begin: datetime) -> None:
    reader = Reader(city, AIR, begin)
    reader.read_on()
    assert not reader.page().is_behind
    away = reader.key
    for number in range(3):
        store(city, series_of(city), begin + number * MINUTE)
        roll_up(city, utc_now())
    reader.read_on()
    assert forget_late(city, utc_now() + KEEP + MINUTE)
    assert not reader.page().is_behind
    reader.key = away
    assert reader.page().is_behind


def test_what_is_being_written_while_the_threshold_moves_is_not_missed(city: Database, begin: datetime) -> None:
    """A reader gets no further than the threshold, which waits for writers: here one that began before it moved."""
    reader, series = Reader(city, AIR, begin), series_of(city)
    reader.read_on()
    now = utc_now() + 10 * MINUTE
    at_work, moved = threading.Event(), threading.Event()

    def write() -> None:
        with city.transaction() as tx:
            put(tx, series, [(now - 2 * MINUTE, 5.0)])  # newer than the threshold: nothing is noted
            at_work.set()
            moved.wait(20)

    writer = threading.Thread(target=write)
    writer.start()
    assert at_work.wait(20)
    try:
        with pytest.raises(Exception, match="lock"):  # who moves the threshold waits for the writer, and gives up
            roll_up(city, now)
        with city.transaction() as tx:
            assert tx.value("SELECT threshold FROM rollup_state") < now - 2 * MINUTE
    finally:
        moved.set()
        writer.join()
    roll_up(city, now)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM rollup_late") == 0
        assert tx.value("SELECT count(*) FROM share_late") == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_any_order_of_writing_rolling_up_and_reading_nothing_is_missed(
    city: Database, begin: datetime, seed: int
) -> None:
    chance = random.Random(seed)
    series = [series_of(city, name) for name in ("air-1", "air-2")]
    reader, now = Reader(city, AIR, begin, limit=chance.choice([1, 2, 7])), utc_now()
    free = {one: [begin + number * 10 * SECOND for number in range(1500)] for one in series}
    for _ in range(60):
        match chance.choice(["write", "write", "read", "roll"]):
            case "write":
                one = chance.choice(series)
                chance.shuffle(free[one])
                store(city, one, *(free[one].pop() for _ in range(chance.randrange(1, 6))))
            case "read":
                page = reader.page()
                named = [dict(zip(page.fields, row, strict=True)) for row in page.rows]
                reader.rows |= {(row["time"], row["sensor_id"], row["metric"]): row["value"] for row in named}
            case _:
                roll_up(city, now)
    roll_up(city, now)
    reader.read_on()
    assert len(reader.rows) == stored(city)
