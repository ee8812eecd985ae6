"""The concentrations that the AQI is made of: of one hour, and of the city's days (GB 3095 Table 4, HJ 663). Pure.

An area's concentration is the mean of its stations', of those whose hour or day is valid. Nothing is rounded here:
the index rounds its inputs once (`aqi.sub_index`). Concentrations are in µg/m³, CO in mg/m³.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.standards import aqi, aqi_tables
from cityops.standards.aqi import Index
from cityops.standards.aqi_tables import Averaging

LEAST_HOURS = 20  # of a day
OZONE_WINDOW = 8  # hours
OZONE_LEAST_HOURS = 6  # of a window
OZONE_LEAST_WINDOWS = 14  # of a day, unless it is beyond the limit already
OZONE_LIMIT = 160.0  # µg/m³, grade II

Hours = Sequence[float | None]  # of one day, from its first hour on; None: not valid


@dataclass(frozen=True, slots=True)
class AirHour:
    """The index of one hour (its start, UTC), and the concentrations that it is made of.

    `short`: the pollutants that were measured, but for 45 minutes at no station.
    """

    start: datetime
    concentrations: Mapping[str, float]
    index: Index
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AirDay:
    """The index of one day of the city. `hours`: the most valid hours that a station has of each pollutant."""

    day: date
    concentrations: Mapping[str, float]
    hours: Mapping[str, int]
    index: Index


def day_mean(hours: Hours) -> float | None:
    """Return the mean of a day; None where fewer than 20 of its hours are valid."""
    known = [value for value in hours if value is not None]
    return sum(known) / len(known) if len(known) >= LEAST_HOURS else None


def ozone_of_day(hours: Hours) -> float | None:
    """Return the day's largest 8-hour mean, of the windows that lie in the day.

    A window needs 6 hours, a day 14 windows; with fewer it counts only where it is above the limit already.
    """
    windows = [hours[end - OZONE_WINDOW : end] for end in range(OZONE_WINDOW, len(hours) + 1)]
    known = [[value for value in window if value is not None] for window in windows]
    means = [sum(values) / len(values) for values in known if len(values) >= OZONE_LEAST_HOURS]
    largest = max(means, default=None)
    if largest is None or (len(means) < OZONE_LEAST_WINDOWS and largest <= OZONE_LIMIT):
        return None
    return largest


def hour_index(hours: pd.DataFrame, start: datetime) -> AirHour:
    """Return the index of the hour that begins at `start`. `hours` as of `storage.air.air_hours`."""
    mine = hours[hours["time"] == pd.Timestamp(start)]
    means = mine[mine["valid"]].groupby("metric")["value"].mean()
    found = {str(metric): float(mean) for metric, mean in means.items()}
    return index_of_hour(found, start, [str(metric) for metric in mine["metric"].unique()])


def index_of_hour(concentrations: Mapping[str, float], start: datetime, measured: Sequence[str] = ()) -> AirHour:
    """Return the index of these valid means of the hour that begins at `start`, by the edition of that hour."""
    short = tuple(name for name in aqi_tables.POLLUTANTS if name in measured and name not in concentrations)
    return AirHour(
        start, concentrations, aqi.index(concentrations, Averaging.HOUR, aqi_tables.edition_of(start)), short
    )


def day_indices(hours: pd.DataFrame, days: Sequence[date], zone: ZoneInfo) -> list[AirDay]:
    """Return the index of each of these days of the city. `hours` as of `storage.air.air_hours`."""
    valid = hours[hours["valid"]]
    by_day = dict(list(valid.groupby(valid["time"].dt.tz_convert(zone).dt.date, sort=False)))
    return [_day(day, by_day.get(day, valid.iloc[:0]), zone) for day in days]


def limits_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start (inclusive) and end (exclusive) of a day of the city; it may have 23 or 25 hours."""
    start, end = (datetime.combine(each, time.min, tzinfo=zone) for each in (day, day + timedelta(days=1)))
    return start, end


def _day(day: date, hours: pd.DataFrame, zone: ZoneInfo) -> AirDay:
    start, end = (pd.Timestamp(moment).tz_convert("UTC") for moment in limits_of(day, zone))
    moments = pd.date_range(start, end, freq="h", inclusive="left")
    values: dict[str, list[float]] = {}
    most: dict[str, int] = {}
    for key, station in hours.groupby(["metric", "sensor_id"], sort=True):
        metric = str(key[0])
        valid = station.set_index("time")["value"].reindex(moments)
        listed = [None if pd.isna(value) else float(value) for value in valid]
        most[metric] = max(most.get(metric, 0), len(station))
        mean = ozone_of_day(listed) if metric == "o3" else day_mean(listed)
        if mean is not None:
            values.setdefault(metric, []).append(mean)
    found = {metric: sum(means) / len(means) for metric, means in values.items()}
    return AirDay(day, found, most, aqi.index(found, Averaging.DAY, aqi_tables.edition_of(start.to_pydatetime())))


def days_before(today: date, count: int) -> list[date]:
    """Return so many days that are over, the newest first."""
    return [today - timedelta(days=number) for number in range(1, count + 1)]
