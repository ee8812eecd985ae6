"""What pages and the API ask of the past of many sensors: of an area, of all areas of a level, of the city.

Means, steps and time zones are those of history.py."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.areas import AreaLevel
from cityops.clock import check_aware, has_whole_hours
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries, over
from cityops.storage.readings.detail import STEPS, Detail, area_detail, completeness_detail
from cityops.storage.readings.history import EXPORT_PIECE, ask_frame, step_values

SQL = load_queries("cityops.storage")

EVERYWHERE = ""  # the roll-up over all sensors, whatever their area


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
    return ask_frame(
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
    return ask_frame(
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
    return ask_frame(tx, over(SQL["heat_map"], rollup=detail), metric=metric, area=area, end=end, **values)


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
    frame = ask_frame(
        tx,
        over(SQL["completeness"], rollup=detail),
        metrics=None if metrics is None else list(metrics),
        area=area,
        end=end,
        **step_values(tx, start, step),
    )
    frame["ratio"] = (frame["received"] / frame["expected"].where(frame["expected"] > 0)).clip(upper=1.0)
    return frame


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
    return ask_frame(
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


def _known_steps(
    tx: Transaction, step: timedelta, areas: list[str], metrics: list[str], start: datetime, end: datetime
) -> dict[str, object]:
    """Return `step_values` with `known`: to where the roll-ups over areas answer; the start where they do not."""
    values = step_values(tx, start, step)
    known = tx.value(SQL["areas_known"], areas=areas, metrics=metrics, end=end, step=step, start=values["start"])
    return values | {"known": known or values["start"]}
