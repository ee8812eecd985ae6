"""Of which days and months files are made: those that are closed. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sharing.datasets.data_set import Subject
from sharing.datasets.quality import CLOSED_AFTER, closed_days

CURRENT = "current"  # what is now: it changes, unlike days and months
_DAY = timedelta(days=1)


def closed_periods(subject: Subject, now: datetime, zone: ZoneInfo, *, days: int) -> list[str]:
    """Return the periods of a subject that are closed and not older than so many days, the newest first.

    Readings are given by the day (`2026-03-01`), all else by the month (`2026-03`): both of the city's clocks.
    """
    found = closed_days(now, zone, most=days)
    if subject is Subject.READINGS:
        return [f"{day}" for day in found]
    oldest, this = found[-1], (now - CLOSED_AFTER).astimezone(zone).date().replace(day=1)
    months = []
    while (month := (this - _DAY).replace(day=1)) >= oldest.replace(day=1):
        months.append(f"{month:%Y-%m}")
        this = month
    return months


def span_of(period: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a period begins and ends."""
    begin = date.fromisoformat(period if len(period) > 7 else f"{period}-01")
    end = begin + _DAY if len(period) > 7 else (begin + 31 * _DAY).replace(day=1)
    return datetime.combine(begin, time(), zone), datetime.combine(end, time(), zone)
