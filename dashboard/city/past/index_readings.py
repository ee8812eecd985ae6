"""The readings from which the indices of an area are reckoned: air and rain of whole hours, air of whole days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cityops.clock import check_aware
from cityops.standards.air_means import AirDay, AirHour, day_indices, days_before, hour_index, limits_of
from cityops.storage import Transaction
from cityops.storage.readings.air import air_hours, count_stations
from cityops.storage.readings.area_history import area_history
from dashboard.city.past.history import MOST_BUCKETS

HOUR = timedelta(hours=1)
RAIN_HOURS = 24
MOST_DAYS = 7  # of the table on the page


def last_hour(now: datetime) -> datetime:
    """Return the start of the last whole hour."""
    return check_aware(now).replace(minute=0, second=0, microsecond=0) - HOUR


def read_air(tx: Transaction, area: str, now: datetime) -> AirHour:
    """Return the index of the last whole hour over the valid stations of an area."""
    start = last_hour(now)
    return hour_index(air_hours(tx, area=area or None, start=start, end=start + HOUR), start)


def read_days(tx: Transaction, area: str, end: datetime, zone: ZoneInfo, most: int = MOST_DAYS) -> list[AirDay]:
    """Return the index of the city's days that are over by `end`, the newest first; of a large area, of fewer days."""
    affordable = MOST_BUCKETS // (24 * max(1, count_stations(tx, area or None)))
    days = days_before(end.astimezone(zone).date(), max(1, min(most, affordable)))
    start, end = limits_of(days[-1], zone)[0], limits_of(days[0], zone)[1]
    return day_indices(air_hours(tx, area=area or None, start=start, end=end), days, zone)


def read_rain(tx: Transaction, area: str, now: datetime) -> dict[int, float]:
    """Return the mean rain rates (mm/h) of the last whole hours, by how many hours ago they began."""
    end = last_hour(now) + HOUR
    start = end - HOUR * RAIN_HOURS
    frame = area_history(tx, ["rain_rate"], area=area or None, start=start, end=end, step=HOUR)
    known = frame.dropna(subset=["value"])
    return {int((end - time) / HOUR): value for time, value in zip(known["time"], known["value"], strict=True)}
