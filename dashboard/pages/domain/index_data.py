"""The index of a domain for one area: what it is reckoned from is read here, the working itself is pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cityops.clock import check_aware
from cityops.standards.air_means import AirDay, AirHour, day_indices, days_before, hour_index, limits_of
from cityops.storage import Transaction
from cityops.storage.air import air_hours, count_stations
from cityops.storage.history import area_history
from dashboard import texts
from dashboard.pages.domain.air_working import DayTable, table_days, work_air
from dashboard.pages.domain.traffic_data import work_roads
from dashboard.pages.domain.view import MOST_BUCKETS, View
from dashboard.pages.domain.working import Working, work_rain
from dashboard.registry import Registry
from dashboard.visit import Visit

HOUR = timedelta(hours=1)
RAIN_HOURS = 24
MOST_DAYS = 7  # of the table on the page


@dataclass(frozen=True, slots=True)
class IndexStory:
    """What a domain page says of its index: the working (None without readings), and the days before (air only)."""

    working: Working | None
    days: DayTable | None = None


def read_index(tx: Transaction, view: View, registry: Registry, here: Visit, end: datetime) -> IndexStory:
    """Return the index at the end of the view's span, and those of the days before it."""
    working = work_index(tx, view, registry, here, end)
    if view.domain != "environment":
        return IndexStory(working)
    days = read_days(tx, view.area, end, here.site.settings.zone)
    known = any(day.index.computed is not None for day in days)
    return IndexStory(working, table_days(days, here.site.catalogue, language=here.language) if known else None)


def work_index(tx: Transaction, view: View, registry: Registry, here: Visit, end: datetime) -> Working | None:
    """Return the index that a standard has for a domain at the end of the view's span, with its working.

    None without readings. Where the span does not end now, the note says of when the index is.
    """
    working = _work(tx, view, registry, here, end)
    if working is None or view.until is None:
        return working
    if view.domain == "traffic":  # says its own time
        return working
    return replace(working, note=texts.say("domain.index_then", here.language, day=view.day) + working.note)


def _work(tx: Transaction, view: View, registry: Registry, here: Visit, end: datetime) -> Working | None:
    standards, language = here.site.live.standards, here.language
    match view.domain:
        case "environment":
            return work_air(read_air(tx, view.area, end), here.site.catalogue, language=language)
        case "traffic":
            return work_roads(tx, view, registry, here, end)
        case _:
            return work_rain(read_rain(tx, view.area, end), standards, language=language)


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
