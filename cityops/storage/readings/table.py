"""Readings in the database: the batch write, and what pages ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cityops.clock import RIGHT_WITHIN, microseconds
from cityops.readings import Quality
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries
from cityops.storage.readings.columns import Columns

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One row of table `reading`. `time` is UTC."""

    time: datetime
    series_id: int
    value: float
    quality: Quality


def write_readings(tx: Transaction, rows: Sequence[ReadingRow], received_at: datetime) -> int:
    """Store a batch and refresh `latest`. Return how many rows were new; the others were there already.

    The first value stored for a series and a moment stays. What devices send goes another way, which keeps two
    values of one moment: see cityops.storage.readings.placement.
    """
    return int(write_columns(tx, _columns(rows), received_at).sum())


def write_columns(tx: Transaction, columns: Columns, received_at: datetime) -> NDArray[np.bool_]:
    """Store a batch as write_readings does, from columns. Return for each row whether it was new."""
    new = add_readings(tx, columns)
    refresh_latest(tx, columns.pick(new).newest(), received_at)
    return new


def add_readings(tx: Transaction, columns: Columns) -> NDArray[np.bool_]:
    """Store a batch as write_readings does, and leave `latest` to the caller.

    Return for each row whether it was new; of two for one series and moment, the first is.
    """
    if not len(columns):
        return np.empty(0, dtype=bool)
    tx.execute(SQL["ensure_reading_days"], days=list(columns.days()))
    tx.execute(SQL["make_incoming"])
    tx.copy_in(SQL["copy_incoming"], columns.encode())
    copies = {(row["series_id"], row["time"]) for row in tx.rows(SQL["store_incoming"])}
    return ~columns.repeats() & ~columns.among(copies)


def refresh_latest(tx: Transaction, newest: Columns, received_at: datetime) -> None:
    """Bring `latest` up to date with the newest reading of some series, one row each; it never goes back."""
    if len(newest):
        columns = {name: getattr(newest, name).tolist() for name in ("series", "time", "value", "quality")}
        tx.execute(SQL["refresh_latest"], received_at=received_at, **columns)


def repair_latest(tx: Transaction, now: datetime) -> int:
    """Bring `latest` up to date with the readings, for series that it has. Return how many were behind.

    Ingest refreshes it now and then: a worker that was killed owes the last refresh.
    """
    return tx.execute(SQL["repair_latest"], now=now, until=now + RIGHT_WITHIN)


def history_frame(tx: Transaction, sensor_id: str, metric: str, *, start: datetime, end: datetime) -> "pd.DataFrame":
    """Return the readings of one series from start (inclusive) to end (exclusive), oldest first.

    Columns: time (UTC), value (metric's unit), quality (QARTOD).
    """
    return tx.frame(SQL["history_frame"], sensor_id=sensor_id, metric=metric, start=start, end=end)


def _columns(rows: Sequence[ReadingRow]) -> Columns:
    return Columns(
        np.array([microseconds(row.time) for row in rows], dtype=np.int64),
        np.array([row.series_id for row in rows], dtype=np.int32),
        np.array([row.value for row in rows], dtype=np.float64),
        np.array([row.quality for row in rows], dtype=np.int16),
    )


def newest_arrival(tx: Transaction) -> datetime | None:
    """Return when the newest reading came, UTC; None before the first."""
    arrival: datetime | None = tx.value(SQL["newest_arrival"])
    return arrival
