"""What detection asks the database of series: what they measure, how often they report, and when they last did."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.detection.series_index import Series
from alerts.detection.stream import FRESH
from cityops.clock import RIGHT_WITHIN
from cityops.devices.presence import GRACE, LATE_AFTER
from cityops.storage import Transaction, load_queries

SQL = load_queries("alerts")

SETTLING = timedelta(hours=1)  # after a clock was set: then no time that it gave before lies in the future any more


@dataclass(frozen=True, slots=True)
class Pace:
    """How often series report (s), and which of them no longer say what is now."""

    intervals: dict[int, float]
    silent: set[int]


def report_pace(tx: Transaction, series: Collection[int], now: datetime) -> Pace:
    """Return the pace of some series. `latest` may be a moment behind: the caller leaves out what just came."""
    if not series:
        return Pace({}, set())
    rows = tx.rows(SQL["reporting"], series=sorted(series), now=now, late_after=LATE_AFTER, grace=GRACE.total_seconds())
    return Pace(
        {row["series_id"]: row["interval_seconds"] for row in rows}, {row["series_id"] for row in rows if row["silent"]}
    )


def seen_times(tx: Transaction, series: Iterable[int], now: datetime) -> dict[int, datetime]:
    """Return the event time of the newest stored reading of each of these series that has one.

    `latest` may be a moment behind, so what came lately is looked up in the readings.
    """
    span = {"since": now - FRESH, "until": now + RIGHT_WITHIN, "settled": now - SETTLING}
    rows = tx.rows(SQL["seen_times"], series=list(series), **span)
    return {row["series_id"]: row["time"] for row in rows}


def load_series(tx: Transaction, series: Iterable[int] | None = None) -> list[Series]:
    """Return what series measure, and where; all of them when none are named."""
    rows = tx.rows(SQL["all_series"]) if series is None else tx.rows(SQL["series_known"], series=list(series))
    return [
        Series(
            row["series_id"],
            row["sensor_id"],
            row["kind"],
            row["metric"],
            row["area_code"],
            row["lon"],
            row["lat"],
            row["first"],
        )
        for row in rows
    ]
