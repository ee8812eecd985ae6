"""How good the readings of each kind are: counted by `watch` once a day is closed, shown with each data set."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.storage import Transaction, load_queries
from cityops.storage.readings.area_history import completeness

SQL = load_queries("sharing")
DAYS = 28  # that the figures tell of
CLOSED_AFTER = timedelta(hours=6)  # from the end of a day: what devices kept while they had no network came by then
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DataQuality:
    """The figures of a kind: shares from 0 to 1, seconds; None where nothing tells."""

    kind: str
    first_day: date
    last_day: date
    days: int
    completeness: float | None
    suspect: float | None
    bad: float | None
    delay_seconds: float | None


def closed_days(now: datetime, zone: ZoneInfo, *, most: int) -> list[date]:
    """Return the last days of the city that are closed, the newest first."""
    last = (now - CLOSED_AFTER).astimezone(zone).date() - _DAY
    return [last - number * _DAY for number in range(most)]


def span_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day of the city begins and ends."""
    return datetime.combine(day, time(), zone), datetime.combine(day + _DAY, time(), zone)


def count_day(tx: Transaction, day: date, *, zone: ZoneInfo, now: datetime) -> None:
    """Count the quality of a day for every kind, as the page of a domain counts completeness."""
    start, end = span_of(day, zone)
    due = completeness(tx, start=start, end=end)
    due = due.assign(received=due["received"].clip(upper=due["expected"]))  # too many of one are none of another
    summed = due.groupby("series_id")[["expected", "received"]].sum()
    tx.execute(
        SQL["count_quality_day"],
        day=day,
        start=start,
        end=end,
        now=now,
        series=summed.index.tolist(),
        expected=_ints(summed["expected"]),
        received=_ints(summed["received"]),
    )


def count_missing_days(tx: Transaction, *, zone: ZoneInfo, now: datetime, most: int) -> int:
    """Count closed days that were not counted, the newest first; return how many. What is too old is forgotten."""
    wanted = closed_days(now, zone, most=DAYS)
    tx.execute(SQL["forget_quality_days"], before=wanted[-1])
    counted = {row["day"] for row in tx.rows(SQL["quality_days"])}
    missing = [day for day in wanted if day not in counted][:most]
    for day in missing:
        count_day(tx, day, zone=zone, now=now)
    return len(missing)


def read_quality(tx: Transaction) -> dict[str, DataQuality]:
    """Return the figures of the last 28 days that were counted, by kind."""
    return {row["kind"]: DataQuality(**row) for row in tx.rows(SQL["data_quality"])}


def _ints(column: pd.Series) -> list[int]:
    return [int(value) for value in column]
