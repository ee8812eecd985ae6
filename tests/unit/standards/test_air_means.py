"""Hours and days of the AQI: what is valid, the largest ozone window, days of the city, editions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from cityops.standards.air_means import day_indices, day_mean, hour_index, limits_of, ozone_of_day

CHINA = ZoneInfo("Asia/Shanghai")
CLEAN = {"so2": 10.0, "no2": 30.0, "co": 0.8, "o3": 90.0, "pm10": 45.0, "pm25": 28.0}
DAY = date(2026, 3, 10)
MIDNIGHT = datetime(2026, 3, 9, 16, tzinfo=UTC)  # of that day in the city


def frame(*stations: Mapping[str, Sequence[float | None]], start: datetime = MIDNIGHT) -> pd.DataFrame:
    """Return the hours of stations from a moment on; None has no row."""
    rows = [
        (f"A-{number}", metric, start + timedelta(hours=hour), value)
        for number, station in enumerate(stations)
        for metric, values in station.items()
        for hour, value in enumerate(values)
        if value is not None
    ]
    found = pd.DataFrame(rows, columns=["sensor_id", "metric", "time", "value"])
    return found.assign(time=pd.to_datetime(found["time"], utc=True), valid=True)


def whole(**values: float) -> Mapping[str, Sequence[float | None]]:
    return {metric: [value] * 24 for metric, value in values.items()}


@pytest.mark.parametrize(("missing", "mean"), [(4, 10.0), (5, None)])
def test_a_day_needs_twenty_hours(missing: int, mean: float | None) -> None:
    assert day_mean([10.0] * (24 - missing) + [None] * missing) == mean


def test_ozone_is_the_largest_window_of_the_day() -> None:
    hours: Sequence[float | None] = [20.0] * 10 + [100.0, 120.0, 140.0, 160.0, 160.0, 140.0, 120.0, 100.0] + [20.0] * 6

    assert ozone_of_day(hours) == 130.0


@pytest.mark.parametrize(
    ("hours", "ozone"),
    [
        ([100.0, 100.0, 100.0, None, None, 100.0, 100.0, 100.0] + [50.0] * 16, 100.0),  # six of eight are enough
        ([100.0, 100.0, None, None, None, 100.0, 100.0, 100.0] + [50.0] * 16, pytest.approx(75.0)),  # five are not
        ([None] * 14 + [100.0] * 10, None),  # too few windows, and not above the limit
        ([None] * 14 + [200.0] * 10, 200.0),  # too few, but above it already
        ([None] * 24, None),
    ],
)
def test_ozone_windows_that_are_valid(hours: list[float | None], ozone: float | None) -> None:
    assert ozone_of_day(hours) == ozone


def test_a_day_of_the_city_has_its_index() -> None:
    (found,) = day_indices(frame(whole(**CLEAN)), [DAY], CHINA)

    assert (found.day, found.index.value, found.index.primary) == (DAY, 45, ())
    assert found.hours == dict.fromkeys(CLEAN, 24)


def test_a_day_is_that_of_the_city_and_not_of_greenwich() -> None:
    hours = frame({"pm25": [200.0] * 24 + [10.0] * 24})
    yesterday, today = day_indices(hours, [DAY, DAY + timedelta(days=1)], CHINA)

    assert (yesterday.concentrations["pm25"], today.concentrations["pm25"]) == (200.0, 10.0)


def test_a_day_with_a_missing_pollutant_is_not_published() -> None:
    short = {**whole(**CLEAN), "pm25": [28.0] * 19}
    (found,) = day_indices(frame(short), [DAY], CHINA)

    assert (found.index.value, found.index.computed, found.index.missing) == (None, 45, ("pm25",))
    assert found.hours["pm25"] == 19


def test_the_edition_is_that_of_the_day() -> None:
    dusty = frame(whole(**CLEAN | {"pm25": 75.0}), start=datetime(2026, 2, 27, 16, tzinfo=UTC))
    old = day_indices(dusty, [date(2026, 2, 28)], CHINA)[0].index
    new = day_indices(frame(whole(**CLEAN | {"pm25": 75.0})), [DAY], CHINA)[0].index

    assert (old.value, new.value) == (100, 114)


def test_the_old_edition_has_an_index_where_a_pollutant_is_missing() -> None:
    hours = frame({"pm25": [40.0]}, start=datetime(2026, 2, 1, tzinfo=UTC))

    assert hour_index(hours, datetime(2026, 2, 1, tzinfo=UTC)).index.value == 57
    assert hour_index(frame({"pm25": [40.0]}), MIDNIGHT).index.value is None


def test_an_hour_that_was_not_measured_for_long_enough_is_named() -> None:
    hours = frame({"pm25": [40.0], "o3": [60.0]})
    hours["valid"] = hours["metric"] == "pm25"
    found = hour_index(hours, MIDNIGHT)

    assert (found.concentrations, found.short) == ({"pm25": 40.0}, ("o3",))
    assert day_indices(hours, [DAY], CHINA)[0].hours == {"pm25": 1}


def test_an_area_is_the_mean_of_its_valid_stations() -> None:
    hours = frame(whole(**CLEAN), whole(pm25=48.0), {"pm25": [500.0] * 5})

    assert hour_index(hours, MIDNIGHT + timedelta(hours=9)).concentrations["pm25"] == 38.0
    assert day_indices(hours, [DAY], CHINA)[0].concentrations["pm25"] == 38.0


def test_a_day_may_have_23_hours() -> None:
    paris = ZoneInfo("Europe/Paris")
    start, end = limits_of(date(2026, 3, 29), paris)

    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)
    assert (
        day_indices(frame(whole(**CLEAN), start=start.astimezone(UTC)), [date(2026, 3, 29)], paris)[0].hours["pm25"]
        == 23
    )


def test_an_index_is_rounded_once() -> None:
    """61.45 is 61, IAQI 101; rounded to 61.5 first it would be 62, IAQI 102."""
    assert hour_index(frame({"pm25": [61.45]}), MIDNIGHT).index.parts["pm25"] == 101
