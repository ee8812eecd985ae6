"""Each read of shared data is kept for a while, and counted by its day before it goes; nothing else can remove one."""

from datetime import date, datetime, timedelta

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database, StorageError
from sharing.departments.usage import Month, days_of, forget_reads, month_of, months_with_reads, reads_of, usage_of
from tests.share_samples import AIR, build_sharing, grant
from tests.unit.cases.calendars import SHANGHAI

NOW = utc_now()
AGE = timedelta(days=90)
MARCH = Month(NOW.year - 1, 3)
SECOND = date(MARCH.year, 3, 2)


def in_march(day: int, hour: int) -> datetime:
    """Return a moment of a March that is long ago, by the city's clocks."""
    return datetime(MARCH.year, 3, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> Database:
    """Reads of two grants: three on the 2nd of a March (one pushed), one on the 3rd, one now."""
    with database.transaction() as tx:
        build_sharing(tx, catalogue)
        numbers = [grant(tx, AIR)[0].number for _ in range(2)]
        for number, at, way, rows in (
            (numbers[0], in_march(2, 0), "pull", 10),
            (numbers[0], in_march(2, 23), "push", 5),
            (numbers[1], in_march(2, 12), "pull", 7),
            (numbers[0], in_march(3, 0), "pull", 2),
            (numbers[0], NOW, "pull", 1),
        ):
            tx.execute(
                "INSERT INTO share_read (share_request_id, data_set, at, way, rows, fields, origin)"
                " VALUES (%(number)s, %(name)s, %(at)s, %(way)s, %(rows)s, '{time}', '10.1.2.3')",
                number=number,
                name=AIR,
                at=at,
                way=way,
                rows=rows,
            )
    return database


def used(database: Database, month: Month = MARCH) -> list[tuple[object, ...]]:
    with database.transaction() as tx:
        return [tuple(row.values()) for row in usage_of(tx, month, SHANGHAI)]


def test_what_was_used_stays_told_when_its_reads_have_gone(city: Database) -> None:
    before, today = used(city), month_of(NOW.astimezone(SHANGHAI).date())
    assert [row[3:5] for row in before] == [(4, 24)]
    assert forget_reads(city, NOW, age=AGE, zone=SHANGHAI)
    assert used(city) == before
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM share_read") == 1
        named = {"department": "traffic-police", "data_set": AIR}
        days = days_of(tx, MARCH, **named)
        assert [(row["day"], row["reads"], row["pushes"], row["rows"]) for row in days] == [
            (SECOND + timedelta(days=1), 1, 0, 2),
            (SECOND, 1, 0, 7),
            (SECOND, 2, 1, 15),
        ]
        assert reads_of(tx, MARCH, SHANGHAI, before=None, **named) == []
        months = months_with_reads(tx, SHANGHAI, NOW)
        assert (months[0], months[-1]) == (today, MARCH)
    assert [row[3] for row in used(city, today)] == [1]


def test_a_day_goes_whole(city: Database) -> None:
    """Half a day would be counted twice, or not at all."""
    assert forget_reads(city, in_march(2, 20) + AGE, age=AGE, zone=SHANGHAI)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM share_read") == 5
    assert forget_reads(city, in_march(3, 0) + AGE, age=AGE, zone=SHANGHAI)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM share_read") == 2


def test_what_is_younger_than_a_month_stays_whoever_asks(city: Database) -> None:
    with city.transaction() as tx:
        tx.execute("DELETE FROM share_read_day")
        while tx.value("SELECT forget_share_reads(now() + interval '9 years', 'Asia/Shanghai')") is not None:
            pass
        assert tx.value("SELECT min(at) FROM share_read") == NOW


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM share_read",
        "DELETE FROM share_read WHERE at < now() - interval '60 days'",
        "UPDATE share_read SET rows = 0",
        "TRUNCATE share_read",
    ],
)
def test_no_read_goes_before_it_is_counted(city: Database, statement: str) -> None:
    with pytest.raises(StorageError, match="append-only"), city.transaction() as tx:
        tx.execute(statement)
