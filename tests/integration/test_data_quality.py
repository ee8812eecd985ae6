"""The figures of how good the readings of a kind are: counted of closed days, once, as the page of a domain counts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cityops.clock import utc_now
from cityops.readings import Quality as Flag
from cityops.storage import Database
from sharing.datasets.quality import DAYS, closed_days, count_missing_days, read_quality, span_of
from sharing.watch import count_quality
from tests.storage_samples import every, make_city, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


def test_a_day_is_closed_some_hours_after_the_citys_midnight() -> None:
    before, after = (datetime(2026, 3, 1, hour, 59, tzinfo=UTC) for hour in (21, 22))

    assert closed_days(before, SHANGHAI, most=1) == [date(2026, 2, 28)]
    assert closed_days(after, SHANGHAI, most=2) == [date(2026, 3, 1), date(2026, 2, 28)]


def test_the_figures_are_those_of_the_days_that_were_counted(database: Database) -> None:
    now = utc_now()
    day = closed_days(now, SHANGHAI, most=1)[0]
    start, end = span_of(day, SHANGHAI)
    with database.transaction() as tx:
        series = make_city(tx, at=start - timedelta(days=1))
        interval = tx.value("SELECT interval_seconds FROM sensor_kind WHERE kind = 'noise_meter'")
        due = int((end - start).total_seconds() / interval)
        half, step = due // 2, timedelta(seconds=interval)
        put(tx, series["noise-1", "leq"], every(step, start, [50.0] * half))
        put(tx, series["noise-1", "leq"], every(step, start + half * step, [50.0] * 30), quality=Flag.SUSPECT)
        put(tx, series["noise-1", "leq"], every(step, start + (half + 30) * step, [50.0] * 10), quality=Flag.BAD)
        metrics = tx.value("SELECT cardinality(metrics) FROM sensor_kind WHERE kind = 'noise_meter'")

        assert count_missing_days(tx, zone=SHANGHAI, now=now, most=1) == 1
        found = read_quality(tx)["noise_meter"]
        # One that comes when the day was counted is in the store and not in the figures, and the day before is next.
        put(tx, series["noise-1", "leq"], [(end - MINUTE, 50.0)])
        assert count_missing_days(tx, zone=SHANGHAI, now=now, most=99) == DAYS - 1
        assert count_missing_days(tx, zone=SHANGHAI, now=now, most=99) == 0
        again = read_quality(tx)

    assert (found.first_day, found.last_day, found.days) == (day, day, 1)
    assert found.suspect == pytest.approx(30 / (half + 40))
    assert found.bad == pytest.approx(10 / (half + 40))
    assert found.completeness == pytest.approx(half / due, rel=0.01)
    assert metrics >= 1
    assert again["noise_meter"].suspect == found.suspect
    assert again["noise_meter"].days == 2  # one day before it was registered
    assert again["air_station"].completeness == 0.0
    assert again["air_station"].suspect is None
    assert "weather_station" not in again  # the city has none


def test_old_days_are_forgotten_and_watch_counts_a_few_at_once(database: Database) -> None:
    now = utc_now()
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO data_quality_day VALUES ('noise_meter', %(day)s, 1, 1, 1, 0, 0, NULL, %(now)s)",
            day=closed_days(now, SHANGHAI, most=DAYS + 1)[-1],
            now=now,
        )

    assert count_quality(database, now, zone=SHANGHAI)

    with database.transaction() as tx:
        days = {row["day"] for row in tx.rows("SELECT DISTINCT day FROM data_quality_day")}
    assert days == set(closed_days(now, SHANGHAI, most=2))
