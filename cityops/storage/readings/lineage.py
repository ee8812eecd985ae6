"""What a number was made of: the parts that the questions of `history` put together, and what is kept of their way.

Every time is UTC, every span is start (inclusive) to end (exclusive). In a scope only what lies in it answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.clock import check_aware
from cityops.storage.database import Row, Transaction
from cityops.storage.queries import load_queries, over
from cityops.storage.readings.detail import Detail, area_detail
from cityops.storage.readings.history import step_values

SQL = load_queries("cityops.storage")


@dataclass(frozen=True, slots=True)
class Parts:
    """What some series gave to a number: rows as of the statement, from the buckets of `detail` from start to end.

    `stands`: to where the roll-ups are stored; what is newer was folded from the readings for this answer.
    Rows: sensor_id, name, area_code, count, low, high, weight, terms, easts, share, interval_seconds.
    """

    detail: Detail
    start: datetime
    end: datetime
    stands: datetime
    rows: list[Row]


def step_parts(
    tx: Transaction, metric: str, *, area: str | None, start: datetime, end: datetime, step: timedelta
) -> Parts:
    """Return what each series gave to the step of `area_history` that `start` lies in, up to `end`."""
    detail, _ = area_detail(step, step)
    values = step_values(tx, check_aware(start), step)
    found = tx.rows(over(SQL["step_shares"], rollup=detail), metric=metric, area=area, end=check_aware(end), **values)
    rows = list(found)
    until = rows[0]["until"] if rows else min(end, start + step)
    return Parts(detail, _moment(values["start"]), until, _stands(tx), rows)


def span_parts(
    tx: Transaction, metric: str, *, area: str | None, start: datetime, end: datetime, detail: Detail, step: timedelta
) -> Parts:
    """Return what each series gave to a mean over a span, which is widened to the step that its start lies in."""
    values = step_values(tx, check_aware(start), step)
    statement = over(SQL["span_shares"], rollup=detail)
    rows = list(tx.rows(statement, metric=metric, area=area, start=values["start"], end=check_aware(end)))
    return Parts(detail, _moment(values["start"]), end, _stands(tx), rows)


def series_in_area(tx: Transaction, metric: str, *, area: str | None) -> list[Row]:
    """Return sensor_id, name and area_code of each series of a metric in an area (None: the city)."""
    return list(tx.rows(SQL["series_in_area"], metric=metric, area=area))


@dataclass(frozen=True, slots=True)
class Behind:
    """The readings of a series in a span: some of them, how many there are by flag, and days that are forgotten."""

    rows: list[Row]
    by_quality: dict[int, int]
    forgotten: int


def readings_behind(
    tx: Transaction,
    sensor_id: str,
    metric: str,
    *,
    start: datetime,
    end: datetime,
    after: datetime | None,
    limit: int,
) -> Behind:
    """Return at most so many readings (time, value, quality) of a series after a moment, those flagged included."""
    series = {"sensor_id": sensor_id, "metric": metric, "start": check_aware(start), "end": check_aware(end)}
    rows = tx.rows(SQL["readings_behind"], **series, after=after, limit=limit)
    counted = tx.row(SQL["count_behind"], **series) or {"by_quality": {}, "forgotten": 0}
    by_quality = {int(flag): int(count) for flag, count in counted["by_quality"].items()}
    return Behind(list(rows), by_quality, counted["forgotten"])


def device_behind(tx: Transaction, sensor_id: str, metric: str, *, start: datetime, end: datetime) -> Row | None:
    """Return what is known of the device of a series and of how its messages came; None where it is not seen."""
    return tx.row(SQL["device_behind"], sensor_id=sensor_id, metric=metric, start=start, end=end)


def _stands(tx: Transaction) -> datetime:
    found: datetime = tx.value(SQL["rollup_stands"])
    return found


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no moment")
    return value
