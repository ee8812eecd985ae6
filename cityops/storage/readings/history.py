"""What pages and the API ask of the past, downsampled to what they can show.

Every time is UTC, every span is start (inclusive) to end (exclusive).

A mean is always the metric's own: arithmetic, by energy (noise), harmonic (speeds) or of vectors (directions; none
where they cancel), over the readings of quality 1 and 2, each with the same weight. Roll-ups answer long spans; which
one `detail` chooses. A step of a day or several is made of days of the city, whose zone the database knows; steps of
several hours begin with its midnight.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from cityops.clock import check_aware
from cityops.storage.database import Statement, Transaction
from cityops.storage.queries import load_queries, over
from cityops.storage.readings.detail import Detail, choose_detail, coarser

SQL = load_queries("cityops.storage")

EXPORT_PIECE = 5000  # rows

# A column has the same type in every answer that has it.
TYPES = {
    "series_id": "int64", "sensor_id": "str", "metric": "str", "area_code": "str", "name": "str", "name_en": "str",
    "lon": "float64", "lat": "float64",
    "time": "datetime64[us, UTC]", "hour": "int64", "value": "float64", "low": "float64", "high": "float64",
    "count": "int64", "sensors": "int64", "quality": "int64", "expected": "int64", "received": "int64",
    "age_seconds": "float64", "interval_seconds": "float64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """Some series over a span. `step` is zero when each row is a reading."""

    detail: Detail
    step: timedelta
    frame: pd.DataFrame


def history(tx: Transaction, keys: Iterable[tuple[str, str]], *, start: datetime, end: datetime) -> History:
    """Return several series, named (sensor, metric), over a span; at most about MAX_POINTS rows each.

    Columns: series_id (int64), sensor_id, metric (str), time (start of the step, UTC), value (float64, the
    metric's unit; the mean of the step), low, high (float64), count (int64, readings), quality (int64: as
    stored when the detail is RAW, else 1). Ordered by series_id, time. Unknown series have no rows. Where
    readings of that age are forgotten already, the next coarser detail answers.
    """
    start, end = check_aware(start), check_aware(end)
    series = _find_series(tx, keys)
    interval = min((timedelta(seconds=seconds) for seconds in series.values()), default=timedelta(seconds=1))
    detail, step = choose_detail(end - start, interval)
    frame = _history_frame(tx, list(series), detail, step, start, end)
    while frame.empty and series and detail is not Detail.DAYS:
        detail, step = coarser(detail)
        frame = _history_frame(tx, list(series), detail, step, start, end)
    return History(detail, step, frame)


def step_at(tx: Transaction, moment: datetime, step: timedelta) -> datetime:
    """Return when the step begins (UTC) that a moment lies in."""
    found: datetime = tx.value(SQL["step_at"], step=step, moment=check_aware(moment))
    return found


def data_age(tx: Transaction, now: datetime) -> pd.DataFrame:
    """Return how old the newest reading of each series is.

    Columns: series_id (int64), sensor_id, metric (str), time (UTC; missing when there never was a reading),
    age_seconds (float64; negative when the device's clock is ahead), interval_seconds (float64, of its kind).
    """
    return ask_frame(tx, SQL["data_age"], now=check_aware(now))


def export_csv(tx: Transaction, sensor_id: str, metric: str, *, start: datetime, end: datetime) -> Iterator[str]:
    """Yield one series as CSV text, a piece at a time: `time,value,quality`, ISO 8601 UTC, oldest first.

    The rows stay in the server and come in pieces, so a year costs no more memory than a day.
    """
    start, end = check_aware(start), check_aware(end)
    yield "time,value,quality\r\n"
    for series_id in _find_series(tx, [(sensor_id, metric)]):
        values = {"series_id": series_id, "start": start, "end": end}
        for rows in tx.pieces(SQL["export_readings"], size=EXPORT_PIECE, **values):
            text = io.StringIO()
            csv.writer(text).writerows((time.isoformat(), repr(value), quality) for time, value, quality in rows)
            yield text.getvalue()


def ask_frame(tx: Transaction, statement: Statement, **values: object) -> pd.DataFrame:
    """Return what a statement finds; each column has the same type in every answer that has it."""
    return tx.frame(statement, types=TYPES, **values)


def _history_frame(
    tx: Transaction, series: list[int], detail: Detail, step: timedelta, start: datetime, end: datetime
) -> pd.DataFrame:
    if detail is Detail.RAW:
        return ask_frame(tx, SQL["raw_history"], series=series, start=start, end=end)
    return ask_frame(
        tx, over(SQL["rolled_history"], rollup=detail), series=series, end=end, **step_values(tx, start, step)
    )


def _find_series(tx: Transaction, keys: Iterable[tuple[str, str]]) -> dict[int, float]:
    """Return the seconds between two readings of each series that exists."""
    wanted = sorted(set(keys))
    rows = tx.rows(
        SQL["series_intervals"],
        sensors=[sensor for sensor, _ in wanted],
        metrics=[metric for _, metric in wanted],
    )
    return {row["series_id"]: row["interval_seconds"] for row in rows}


def step_values(tx: Transaction, start: datetime, step: timedelta) -> dict[str, object]:
    """Return what a statement with steps is bound to: step, zone, and the start of the step that `start` lies in."""
    return {"step": step, **(tx.row(SQL["first_step"], step=step, start=start) or {})}
