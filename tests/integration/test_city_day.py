"""A day is the city's, a direction is a vector, on every level and wherever the watermark stands."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cityops.areas import AreaLevel
from cityops.storage import Database, StorageError
from cityops.storage.devices.registry import series_ids
from cityops.storage.readings import area_history, history
from cityops.storage.readings.rollups import RetentionAges, roll_up, set_zone, zone_of
from tests.storage_samples import DAY, every, forget_all, make_city, put

MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MUCH_LATER = timedelta(days=30)
ZONES = [  # a zone, and a day there on which something is unusual
    ("Asia/Shanghai", date(2026, 3, 2)),
    ("Europe/Berlin", date(2026, 3, 29)),  # 23 hours
    ("Europe/Berlin", date(2025, 10, 26)),  # 25 hours
    ("Asia/Kolkata", date(2026, 3, 2)),  # midnight at 18:30 UTC
    ("Asia/Kathmandu", date(2026, 3, 2)),  # at 18:15 UTC
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # clocks go back by half an hour
    ("America/Havana", date(2025, 11, 2)),  # 00:00 comes twice
    ("America/Sao_Paulo", date(2018, 11, 4)),  # 00:00 never comes
]


def begin_of(day: date, zone: str) -> datetime:
    """Return the first moment at which calendars of a zone show a day, found by looking at every quarter of an hour."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=20)
    while moment.astimezone(ZoneInfo(zone)).date() < day:
        moment += timedelta(minutes=15)
    return moment


def days_of(database: Database) -> list[tuple[datetime, int, float]]:
    with database.transaction() as tx:
        rows = tx.rows("SELECT bucket, count, mean FROM reading_1d ORDER BY bucket")
    return [(row["bucket"], row["count"], row["mean"]) for row in rows]


@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_a_day_is_the_citys_before_and_after_it_is_rolled_up(database: Database, zone: str, day: date) -> None:
    """Ten on one day, a hundred on the next, a thousand after: no reading falls into the wrong day."""
    begins = [begin_of(day + timedelta(days=number), zone) for number in range(-1, 3)]
    expected = []
    with database.transaction() as tx:
        set_zone(tx, ZoneInfo(zone))
        series = make_city(tx, at=begins[0] - MUCH_LATER)["air-1", "pm25"]
        for value, start, end in zip((10.0, 100.0, 1000.0), begins, begins[1:], strict=False):
            values = every(15 * MINUTE, start, [value] * int((end - start) / (15 * MINUTE)))
            put(tx, series, values)
            expected.append((start, len(values), value))

    assert days_of(database) == expected
    roll_up(database, begins[1] + 3 * HOUR)
    assert days_of(database) == expected
    roll_up(database, begins[-1] + MUCH_LATER)
    assert days_of(database) == expected


def test_days_of_another_zone_are_folded_again(database: Database) -> None:
    begins = begin_of(date(2026, 3, 2), "Asia/Kolkata")
    with database.transaction() as tx:
        assert zone_of(tx) == "UTC"
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(30 * MINUTE, begins, [10.0] * 48 + [100.0] * 48))
    roll_up(database, DAY + MUCH_LATER)
    with database.transaction() as tx:
        assert set_zone(tx, ZoneInfo("Asia/Kolkata"))
        assert not set_zone(tx, ZoneInfo("Asia/Kolkata"))
    expected = [(begins, 48, 10.0), (begins + A_DAY, 48, 100.0)]

    assert days_of(database) == expected
    said: list[str] = []
    roll_up(database, DAY + MUCH_LATER, report=said.append)
    assert days_of(database) == expected
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM rolled_1d") == 2


def test_a_late_reading_corrects_both_days_that_share_its_hour(database: Database) -> None:
    begins = begin_of(date(2026, 3, 2), "Asia/Kolkata")
    with database.transaction() as tx:
        set_zone(tx, ZoneInfo("Asia/Kolkata"))
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, [(begins - HOUR, 1.0), (begins + HOUR, 2.0)])
    roll_up(database, DAY + MUCH_LATER)
    with database.transaction() as tx:
        put(tx, series, [(begins - MINUTE, 3.0), (begins + MINUTE, 4.0)])
    roll_up(database, DAY + MUCH_LATER)

    assert days_of(database) == [(begins - A_DAY, 2, 2.0), (begins, 2, 3.0)]


def test_days_whose_hours_are_gone_stay_as_they_were(database: Database) -> None:
    now = DAY + timedelta(days=200)
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(HOUR, DAY, [1.0] * 24 * 190))
    roll_up(database, now)
    with database.transaction() as tx:
        forget_all(tx, RetentionAges(10 * A_DAY, 10 * A_DAY, 20 * A_DAY), now)
        set_zone(tx, ZoneInfo("Asia/Shanghai"))
    roll_up(database, now)

    days = days_of(database)
    whole = [row for row in days if row[1] == 24]
    assert (whole[0][0], whole[-1][0]) == (DAY, DAY + 189 * A_DAY - 8 * HOUR)
    # The last readings lie in a day that Shanghai had begun; the hours between the two kinds of days are gone.
    assert [row[1] for row in days if row[1] != 24] == [8]
    assert 187 <= len(whole) <= 190


def test_a_zone_that_the_server_does_not_know_is_refused(database: Database) -> None:
    class Unheard:
        key = "Mars/Olympus"

    with database.transaction() as tx, pytest.raises(StorageError, match="CITYOPS_TIMEZONE"):
        set_zone(tx, Unheard())  # type: ignore[arg-type]


def test_questions_in_days_begin_at_the_citys_midnight(database: Database) -> None:
    start = begin_of(date(2026, 3, 2), "Asia/Shanghai")
    with database.transaction() as tx:
        set_zone(tx, ZoneInfo("Asia/Shanghai"))
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(30 * MINUTE, start, [10.0] * 48 + [100.0] * 48))
    end = start + 2 * A_DAY
    with database.transaction() as tx:
        trend = area_history.area_history(tx, ["pm25"], start=start + HOUR, end=end, step=A_DAY)
        thirds = area_history.area_history(tx, ["pm25"], start=start, end=end, step=3 * HOUR)
        ranked = area_history.area_ranking(
            tx, "pm25", level=AreaLevel.DISTRICT, start=end - timedelta(days=90), end=end
        )
        pieces = area_history.sensor_steps(tx, "pm25", start=end - timedelta(days=90), end=end, step=A_DAY)
        exported = [row for piece in pieces for row in piece]
        long = history.history(tx, [("air-1", "pm25")], start=end - timedelta(days=4000), end=end)

    assert trend[["time", "value"]].values.tolist() == [[start, 10.0], [start + A_DAY, 100.0]]
    assert [row[0] for row in exported] == [start, start + A_DAY]
    assert thirds["time"].tolist() == [start + number * 3 * HOUR for number in range(16)]
    assert ranked["value"].tolist() == [55.0]
    assert (long.step, long.frame["time"].dt.tz_convert("Asia/Shanghai").dt.hour.unique().tolist()) == (2 * A_DAY, [0])


def test_a_heat_map_of_half_hour_zones_is_of_their_own_hours(database: Database) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    start = datetime(2026, 3, 2, tzinfo=zone)
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(10 * MINUTE, start, [float(number // 6) for number in range(144)]))
        heat = area_history.heat_map(tx, "pm25", zone=zone, start=start, end=start + A_DAY)

    assert heat["hour"].tolist() == list(range(24))
    assert heat["value"].tolist() == [float(hour) for hour in range(24)]


@pytest.mark.parametrize(
    ("directions", "mean"),
    [
        ([350.0, 10.0], 0.0),
        ([350.0, 10.0, 20.0], 6.705),
        ([90.0], 90.0),
        ([0.0, 360.0], 0.0),
        ([170.0, 190.0], 180.0),
        ([0.0, 180.0], None),  # they cancel: there is no mean direction
        ([45.0, 225.0, 45.0, 225.0], None),
    ],
)
def test_directions_are_averaged_as_vectors_on_every_level(
    database: Database, directions: list[float], mean: float | None
) -> None:
    with database.transaction() as tx:
        make_city(tx)
        series = series_ids(tx, [("air-1", "wind_direction")])["air-1", "wind_direction"]
        put(tx, series, every(timedelta(seconds=10), DAY, directions))
    for _ in range(2):
        for level in ("reading_1m", "reading_1h", "reading_1d"):
            with database.transaction() as tx:
                row = tx.row(f"SELECT count, mean, min, max FROM {level}")
            assert row is not None
            assert row["count"] == len(directions)
            assert row["mean"] == (None if mean is None else pytest.approx(mean, abs=0.01))
        roll_up(database, DAY + MUCH_LATER)


def test_an_hour_of_directions_weighs_its_minutes_as_vectors_not_as_angles(database: Database) -> None:
    """A minute all north, a minute that cancels, one at 80 and 100: as if all readings were added at once."""
    minutes = [[0.0, 0.0], [90.0, 270.0], [80.0, 100.0], [350.0]]
    with database.transaction() as tx:
        make_city(tx)
        series = series_ids(tx, [("air-1", "wind_direction")])["air-1", "wind_direction"]
        for number, directions in enumerate(minutes):
            put(tx, series, every(timedelta(seconds=10), DAY + number * MINUTE, directions))
        put(tx, series, every(timedelta(seconds=10), DAY + 3 * HOUR, [0.0, 180.0]))
    expected = pytest.approx(31.035, abs=0.001)  # the direction of the sum of all seven
    for _ in range(2):
        with database.transaction() as tx:
            assert tx.value("SELECT mean FROM reading_1h WHERE bucket = %(hour)s", hour=DAY) == expected
            assert tx.value("SELECT mean FROM reading_1d") == expected
            folded = area_history.area_history(tx, ["wind_direction"], start=DAY, end=DAY + A_DAY, step=A_DAY)
            assert folded["value"].tolist() == [expected]
            trend = area_history.area_history(tx, ["wind_direction"], start=DAY, end=DAY + A_DAY, step=6 * HOUR)
            assert trend["value"].tolist() == [expected]
            assert area_history.sensor_means(tx, "wind_direction", start=DAY, end=DAY + A_DAY)["value"].tolist() == [
                expected
            ]
        roll_up(database, DAY + MUCH_LATER)


def test_a_metric_that_is_averaged_in_another_way_is_rolled_up_again(database: Database) -> None:
    with database.transaction() as tx:
        make_city(tx)
        tx.execute("UPDATE metric SET mean = 'arithmetic' WHERE metric = 'wind_direction'")
        series = series_ids(tx, [("air-1", "wind_direction")])["air-1", "wind_direction"]
        put(tx, series, every(timedelta(seconds=10), DAY, [350.0, 10.0]))
    roll_up(database, DAY + MUCH_LATER)
    with database.transaction() as tx:
        tx.execute("UPDATE metric SET mean = 'vector' WHERE metric = 'wind_direction'")
    roll_up(database, DAY + MUCH_LATER)

    assert [mean for _, _, mean in days_of(database)] == [pytest.approx(0)]


def test_of_a_day_whose_readings_are_gone_a_changed_mean_is_made_from_minutes(database: Database) -> None:
    now = DAY + 10 * A_DAY
    with database.transaction() as tx:
        make_city(tx)
        tx.execute("UPDATE metric SET mean = 'arithmetic' WHERE metric = 'wind_direction'")
        series = series_ids(tx, [("air-1", "wind_direction")])["air-1", "wind_direction"]
        put(tx, series, every(MINUTE, DAY, [350.0, 10.0]))
    roll_up(database, now)
    with database.transaction() as tx:
        forget_all(tx, RetentionAges(readings=4 * A_DAY), now)
        assert tx.value("SELECT count(*) FROM reading") == 0
        tx.execute("UPDATE metric SET mean = 'vector' WHERE metric = 'wind_direction'")
    roll_up(database, now)

    assert [mean for _, _, mean in days_of(database)] == [pytest.approx(0)]


@pytest.mark.parametrize("ages", [RetentionAges(None, None, None, None), RetentionAges(200 * A_DAY, None, None)])
def test_what_is_kept_for_ever_stays(database: Database, ages: RetentionAges) -> None:
    """No age means no limit, also where it meets the watermark."""
    now = DAY + 100 * A_DAY
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(A_DAY, DAY, [1.0] * 100))
    roll_up(database, now)
    with database.transaction() as tx:
        forget_all(tx, ages, now)
        counts = [
            tx.value(f"SELECT count(*) FROM {name}") for name in ("reading", "reading_1m", "reading_1h", "reading_1d")
        ]

    assert counts == [100] * 4


def test_readings_of_a_day_that_is_to_be_rolled_up_again_are_not_forgotten(database: Database) -> None:
    now = DAY + 10 * A_DAY
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, [(DAY, 1.0)])
    roll_up(database, now)
    with database.transaction() as tx:
        put(tx, series, [(DAY + MINUTE, 3.0)])
        forget_all(tx, RetentionAges(readings=4 * A_DAY), now)
    roll_up(database, now)
    assert days_of(database) == [(DAY, 2, 2.0)]
    with database.transaction() as tx:
        forget_all(tx, RetentionAges(readings=4 * A_DAY), now)
        assert tx.value("SELECT count(*) FROM reading") == 0
    assert days_of(database) == [(DAY, 2, 2.0)]


def test_a_past_before_what_was_forgotten_is_rolled_up_whole(database: Database) -> None:
    """Retention was once on; then it is for ever, and a recording of years ago comes. Only dropped days stay."""
    now = DAY + 10 * A_DAY
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, [(DAY, 1.0)])
    roll_up(database, now)
    with database.transaction() as tx:
        forget_all(tx, RetentionAges(readings=4 * A_DAY), now)
    with database.transaction() as tx:
        put(tx, series, every(HOUR, DAY - 4000 * A_DAY, [5.0] * 24))
        put(tx, series, [(DAY + HOUR, 9.0)])
    roll_up(database, now)

    assert days_of(database) == [(DAY - 4000 * A_DAY, 24, 5.0), (DAY, 1, 1.0)]
