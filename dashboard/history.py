"""The readings of one series over a span that a person chose."""

from datetime import datetime, timedelta
from enum import StrEnum

import pandas as pd

from cityops.storage import Transaction, load_queries
from cityops.storage.history import history

SQL = load_queries("dashboard")


class Span(StrEnum):
    """What the span selector offers."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    LAST_DAY = "last_day"  # 24 hours up to the newest reading, for recordings of long ago
    ALL = "all"


LENGTHS = {Span.HOUR: timedelta(hours=1), Span.DAY: timedelta(days=1), Span.WEEK: timedelta(days=7)}


def recorded_span(tx: Transaction, sensor_id: str) -> tuple[datetime, datetime] | None:
    """Return when the first and the last reading of a sensor were measured; None when there is none."""
    row = tx.row(SQL["recorded_span"], sensor_id=sensor_id)
    return (row["first"], row["last"]) if row and row["last"] is not None else None


def measured_metrics(tx: Transaction, sensor_id: str) -> set[str]:
    """Return the metrics that a sensor has ever sent."""
    return {row["metric"] for row in tx.rows(SQL["measured_metrics"], sensor_id=sensor_id)}


def limits(span: Span, *, recorded: tuple[datetime, datetime] | None, now: datetime) -> tuple[datetime, datetime]:
    """Return start (inclusive) and end (exclusive) of a span."""
    if span in LENGTHS:
        return now - LENGTHS[span], now
    if recorded is None:
        return now - LENGTHS[Span.DAY], now
    first, last = recorded
    end = last + timedelta(microseconds=1)
    return (end - LENGTHS[Span.DAY] if span is Span.LAST_DAY else first), end


def read_history(tx: Transaction, sensor_id: str, metric: str, *, start: datetime, end: datetime) -> pd.DataFrame:
    """Return a series over a span, oldest first, from readings or roll-ups: never more than a screen can show.

    Columns: time (UTC), value, quality; and low, high (the extremes of each step) where it was rolled up.
    """
    found = history(tx, [(sensor_id, metric)], start=start, end=end)
    extremes = ["low", "high"] if found.step else []
    return found.frame[["time", "value", "quality", *extremes]]
