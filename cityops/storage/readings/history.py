"""What pages and the API ask of the past, downsampled to what they can show.

Every time is UTC, every span is start (inclusive) to end (exclusive).

A mean is always the metric's own: arithmetic, by energy (noise), harmonic (speeds) or of vectors (directions; none
where they cancel), over the readings of quality 1 and 2, each with the same weight. Roll-ups answer long spans; which
one is chosen here. A step of a day or several is made of days of the city, whose zone the database knows; steps of
several hours begin with its midnight.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.areas import AreaLevel
from cityops.clock import check_aware, has_whole_hours
from cityops.storage.database import Statement, Transaction
from cityops.storage.queries import load_queries, over

SQL = load_queries("cityops.storage")

MAX_POINTS = 2000  # a series; more than a screen has columns
EXPORT_PIECE = 5000  # rows
_FINE = timedelta(hours=3)  # many series at once are read in minutes up to here
EVERYWHERE = ""  # the roll-up over all sensors, whatever their area
_LONG = timedelta(days=14)  # and all series of the city in hours up to here

# A column has the same type in every answer that has it.
TYPES = {
    "series_id": "int64", "sensor_id": "str", "metric": "str", "area_code": "str", "name": "str", "name_en": "str",
    "lon": "float64", "lat": "float64",
    "time": "datetime64[us, UTC]", "hour": "int64", "value": "float64", "low": "float64", "high": "float64",
    "count": "int64", "sensors": "int64", "quality": "int64", "expected": "int64", "received": "int64",
    "age_seconds": "float64", "interval_seconds": "float64",
}  # fmt: skip


class Detail(StrEnum):
    """How fine an answer is: the relation it comes from."""

    RAW = "reading"
    MINUTES = "reading_1m"
    HOURS = "reading_1h"
    DAYS = "reading_1d"


STEPS = {
    Detail.MINUTES: timedelta(minutes=1),
    Detail.HOURS: timedelta(hours=1),
    Detail.DAYS: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class History:
    """Some series over a span. `step` is zero when each row is a reading."""

    detail: Detail
    step: timedelta
    frame: pd.DataFrame


def choose_detail(span: timedelta, interval: timedelta) -> tuple[Detail, timedelta]:
    """Return the finest detail, and its step, that gives a series of this interval at most MAX_POINTS points."""
    if span <= interval * MAX_POINTS:
        return Detail.RAW, timedelta(0)
    return _choose_step(span)


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
        detail, step = _coarser(detail)
        frame = _history_frame(tx, list(series), detail, step, start, end)
    return History(detail, step, frame)


def area_history(
    tx: Transaction,
    metrics: Sequence[str],
    *,
    area: str | None = None,
    start: datetime,
    end: datetime,
    step: timedelta | None = None,
) -> pd.DataFrame:
    """Return metrics over all sensors of an area (a code or the beginning of one; None: the city), in steps.

    Without a step: minutes up to 3 hours, hours up to 83 days, then days; a step of 10 minutes reads minutes.
    Columns: metric (str), time (start of the step, UTC), value (float64, the metric's mean and unit), low, high
    (float64), count (int64, readings), sensors (int64, how many of them reported). Ordered by metric, time.
    """
    start, end = check_aware(start), check_aware(end)
    detail, step = area_detail(end - start, step)
    return _ask(
        tx,
        over(SQL["area_history"], rollup=detail),
        metrics=list(metrics),
        area=area,
        end=end,
        **_known_steps(tx, step, [area or EVERYWHERE], list(metrics), start, end),
    )


def area_ranking(tx: Transaction, metric: str, *, level: AreaLevel, start: datetime, end: datetime) -> pd.DataFrame:
    """Return one metric over a span in each area of a level that has readings, the highest first.

    Columns: area_code, name, name_en (str), value (float64, the metric's mean and unit), low, high (float64),
    count (int64, readings), sensors (int64).
    """
    start, end = check_aware(start), check_aware(end)
    detail, step = area_detail(end - start, None)
    areas = [row["code"] for row in tx.rows(SQL["areas_of_level"], level=level.value)]
    return _ask(
        tx,
        over(SQL["area_ranking"], rollup=detail),
        metric=metric,
        level=level.value,
        end=end,
        **_known_steps(tx, step, areas, [metric], start, end),
    )


def heat_map(
    tx: Transaction, metric: str, *, zone: ZoneInfo, area: str | None = None, start: datetime, end: datetime
) -> pd.DataFrame:
    """Return one metric by day and hour of the day, as the clocks of `zone` show them.

    Columns: day (date objects), hour (int64, 0 to 23), value (float64, the metric's mean and unit), count
    (int64, readings). Hours without a reading have no row.
    """
    start, end = check_aware(start), check_aware(end)
    detail = Detail.HOURS if has_whole_hours(zone, start) and has_whole_hours(zone, end) else Detail.MINUTES
    values = _known_steps(tx, STEPS[detail], [area or EVERYWHERE], [metric], start, end) | {"zone": zone.key}
    return _ask(tx, over(SQL["heat_map"], rollup=detail), metric=metric, area=area, end=end, **values)


def completeness(
    tx: Transaction,
    *,
    metrics: Sequence[str] | None = None,
    area: str | None = None,
    start: datetime,
    end: datetime,
) -> pd.DataFrame:
    """Return, for each series registered before the end, how much of what it should have sent is usable.

    Expected comes from the interval of the sensor's kind, and only from its registration on. Received counts
    readings of quality 1 and 2. `metrics`: of these only. The span is widened to whole minutes (to 3 hours),
    whole hours (to 14 days) or whole days of the city.
    Columns: series_id (int64), sensor_id, metric (str), expected, received (int64), ratio (float64, 0 to 1;
    missing when nothing was expected).
    """
    start, end = check_aware(start), check_aware(end)
    detail = completeness_detail(end - start)
    step = STEPS[detail]
    frame = _ask(
        tx,
        over(SQL["completeness"], rollup=detail),
        metrics=None if metrics is None else list(metrics),
        area=area,
        end=end,
        **step_values(tx, start, step),
    )
    frame["ratio"] = (frame["received"] / frame["expected"].where(frame["expected"] > 0)).clip(upper=1.0)
    return frame


def completeness_detail(span: timedelta) -> Detail:
    """Return from which roll-up `completeness` counts a span."""
    return Detail.MINUTES if span <= _FINE else Detail.HOURS if span <= _LONG else Detail.DAYS


def count_series(tx: Transaction, metric: str, *, area: str | None = None) -> int:
    """Return how many series of a metric an area has: what a question about them costs."""
    return int(tx.value(SQL["count_series"], metric=metric, area=area))


def sensor_means(
    tx: Transaction, metric: str, *, area: str | None = None, start: datetime, end: datetime
) -> pd.DataFrame:
    """Return one metric over a span at each sensor of an area (None: the city) that has readings.

    Columns: sensor_id, name, area_code (str), lon, lat (float64, WGS 84), value (float64, the metric's mean and
    unit), low, high (float64), count (int64, readings).
    """
    start, end = check_aware(start), check_aware(end)
    detail, step = area_detail(end - start, None)
    return _ask(
        tx,
        over(SQL["sensor_means"], rollup=detail),
        metric=metric,
        area=area,
        end=end,
        **step_values(tx, start, step),
    )


def sensor_steps(
    tx: Transaction, metric: str, *, area: str | None = None, start: datetime, end: datetime, step: timedelta
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield one metric at each sensor of an area in steps, a piece at a time, by time and sensor.

    Rows: time (start of the step, UTC), sensor_id, name, area_code, value (the metric's mean and unit), low, high,
    count. The rest waits in the server, so a large city costs no more memory than a small one.
    """
    start, end = check_aware(start), check_aware(end)
    detail, step = area_detail(end - start, step)
    yield from tx.pieces(
        over(SQL["sensor_steps"], rollup=detail),
        size=EXPORT_PIECE,
        metric=metric,
        area=area,
        end=end,
        **step_values(tx, start, step),
    )


def step_at(tx: Transaction, moment: datetime, step: timedelta) -> datetime:
    """Return when the step begins (UTC) that a moment lies in."""
    found: datetime = tx.value(SQL["step_at"], step=step, moment=check_aware(moment))
    return found


def data_age(tx: Transaction, now: datetime) -> pd.DataFrame:
    """Return how old the newest reading of each series is.

    Columns: series_id (int64), sensor_id, metric (str), time (UTC; missing when there never was a reading),
    age_seconds (float64; negative when the device's clock is ahead), interval_seconds (float64, of its kind).
    """
    return _ask(tx, SQL["data_age"], now=check_aware(now))


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


def _ask(tx: Transaction, statement: Statement, **values: object) -> pd.DataFrame:
    return tx.frame(statement, types=TYPES, **values)


def _choose_step(span: timedelta) -> tuple[Detail, timedelta]:
    for detail, step in STEPS.items():
        if span <= step * MAX_POINTS:
            return detail, step
    day = STEPS[Detail.DAYS]
    return Detail.DAYS, day * -(-span // (day * MAX_POINTS))


def _coarser(detail: Detail) -> tuple[Detail, timedelta]:
    following = list(Detail)[list(Detail).index(detail) + 1]
    return following, STEPS[following]


def area_detail(span: timedelta, step: timedelta | None) -> tuple[Detail, timedelta]:
    """Return where to read a step from. Many series are read at once, so hours come sooner than for one."""
    if step is None:
        return (Detail.MINUTES, STEPS[Detail.MINUTES]) if span <= _FINE else _choose_step(max(span, _FINE * 24))
    fitting = [detail for detail, width in STEPS.items() if step % width == timedelta(0)]
    if step <= timedelta(0) or not fitting:
        raise ValueError(f"a step of {step} is not a whole number of minutes")
    return fitting[-1], step


def _history_frame(
    tx: Transaction, series: list[int], detail: Detail, step: timedelta, start: datetime, end: datetime
) -> pd.DataFrame:
    if detail is Detail.RAW:
        return _ask(tx, SQL["raw_history"], series=series, start=start, end=end)
    return _ask(tx, over(SQL["rolled_history"], rollup=detail), series=series, end=end, **step_values(tx, start, step))


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


def _known_steps(
    tx: Transaction, step: timedelta, areas: list[str], metrics: list[str], start: datetime, end: datetime
) -> dict[str, object]:
    """Return `step_values` with `known`: to where the roll-ups over areas answer; the start where they do not."""
    values = step_values(tx, start, step)
    known = tx.value(SQL["areas_known"], areas=areas, metrics=metrics, end=end, step=step, start=values["start"])
    return values | {"known": known or values["start"]}
