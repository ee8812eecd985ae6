"""The readings of one series over a span that a person chose."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pandas as pd

from cityops.storage import Transaction, load_queries
from cityops.storage.readings.history import history
from dashboard.city.past.gaps import longest_gap

SQL = load_queries("dashboard")
MOST_BUCKETS = 300_000  # a question that folds more of the roll-ups than this is asked less finely


class HistorySpan(StrEnum):
    """What the span selector offers."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    LAST_DAY = "last_day"  # 24 hours up to the newest reading, for recordings of long ago
    ALL = "all"


LENGTHS = {
    HistorySpan.HOUR: timedelta(hours=1),
    HistorySpan.DAY: timedelta(days=1),
    HistorySpan.WEEK: timedelta(days=7),
}


def recorded_span(tx: Transaction, sensor_id: str) -> tuple[datetime, datetime] | None:
    """Return when the first and the last reading of a sensor were measured; None when there is none."""
    row = tx.row(SQL["recorded_span"], sensor_id=sensor_id)
    return (row["first"], row["last"]) if row and row["last"] is not None else None


def measured_metrics(tx: Transaction, sensor_id: str) -> dict[str, datetime]:
    """Return the metrics that a sensor has ever sent, each with the time of its newest reading (UTC)."""
    return {row["metric"]: row["newest"] for row in tx.rows(SQL["measured_metrics"], sensor_id=sensor_id)}


def limits(
    span: HistorySpan, *, recorded: tuple[datetime, datetime] | None, now: datetime
) -> tuple[datetime, datetime]:
    """Return start (inclusive) and end (exclusive) of a span."""
    if span in LENGTHS:
        return now - LENGTHS[span], now
    if recorded is None:
        return now - LENGTHS[HistorySpan.DAY], now
    first, last = recorded
    end = last + timedelta(microseconds=1)
    return (end - LENGTHS[HistorySpan.DAY] if span is HistorySpan.LAST_DAY else first), end


def read_history(tx: Transaction, sensor_id: str, metric: str, *, start: datetime, end: datetime) -> pd.DataFrame:
    """Return a series over a span, oldest first, from readings or roll-ups: never more than a screen can show.

    Columns: time (UTC), value, quality; and low, high (the extremes of each step) where it was rolled up.
    """
    return _read(tx, sensor_id, metric, start, end)[0]


def series_interval(tx: Transaction, sensor_id: str, metric: str, *, until: datetime) -> timedelta:
    """Return how often a series reports, as of a moment; zero for one that is not known."""
    return timedelta(seconds=tx.value(SQL["series_interval"], sensor_id=sensor_id, metric=metric, until=until) or 0.0)


def area_intervals(tx: Transaction, metrics: Collection[str], *, area: str) -> dict[str, timedelta]:
    """Return how often the most frequent sensor of an area ("": of all) reports each metric; without those unknown."""
    rows = tx.rows(SQL["area_intervals"], metrics=sorted(metrics), area=area)
    return {row["metric"]: timedelta(seconds=row["seconds"]) for row in rows}


@dataclass(frozen=True, slots=True)
class SeriesHistory:
    """A series over a span (`frame`, see read_history), and how far apart two of its readings a line joins (`gap`)."""

    frame: pd.DataFrame
    gap: timedelta


def read_course(
    tx: Transaction, sensor_id: str, metric: str, *, start: datetime, end: datetime, interval: timedelta | None = None
) -> SeriesHistory:
    """Return a series over a span with what a gap in it is; `interval`: its series_interval at the end, where known."""
    frame, step = _read(tx, sensor_id, metric, start, end)
    if interval is None:
        interval = series_interval(tx, sensor_id, metric, until=end)
    return SeriesHistory(frame, longest_gap(interval, step))


def _read(
    tx: Transaction, sensor_id: str, metric: str, start: datetime, end: datetime
) -> tuple[pd.DataFrame, timedelta]:
    """Return a series over a span, see read_history, and the width of its steps, zero where each row is a reading."""
    found = history(tx, [(sensor_id, metric)], start=start, end=end)
    extremes = ["low", "high"] if found.step else []
    return found.frame[["time", "value", "quality", *extremes]], found.step
