"""The scores of a month in the database: made again as often as wanted, until the month is closed."""

import json
import re
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from cases.clock.calendar_files import CITY
from cases.counting.history import StepClock
from cases.counting.month import Counted, UnitScore, count_flags, decimal_of, score_month
from cases.errors import MonthClosed, MonthUnusable
from cases.evaluation.formula_files import step_limits
from cases.evaluation.formulas import FormulaTables
from cases.evaluation.scoring import Ratio
from cases.store.catalogue.calendars import StoredCalendars
from cases.store.evaluation.case_flags import flag_cases, flags_of_month
from cases.store.proposals import calendar_of
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("cases")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a month such as "2026-11" begins and ends by the city's clock. Raises MonthUnusable."""
    match = _MONTH.fullmatch(month)
    if match is None:
        raise MonthUnusable(f"{month!r} is no month.")
    year, number = int(match[1]), int(match[2])
    first, after = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    begin, end = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, after))
    return begin, end


def months_before(month: str, count: int) -> str:
    """Return the month so many before one such as "2026-11"."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - count, 12)
    return f"{year:04}-{number + 1:02}"


def make_scores(
    tx: Transaction,
    month: str,
    tables: FormulaTables,
    *,
    actor: str,
    now: datetime,
    zone: ZoneInfo,
    final: bool = False,
    origin: str = COMMAND_LINE,
) -> list[UnitScore]:
    """Count and score a month, and store the result; `final` closes the month.

    What is open now counts as not done. Raises MonthClosed, MonthUnusable (a month that is not over is not closed),
    CalendarError and FormulaError.
    """
    start, end = month_bounds(month, zone)
    if now < start or (final and now < end):
        raise MonthUnusable(f"{month} {'has not begun' if now < start else 'is not over'}.")
    tx.execute(SQL["lock_month"], month=month)
    before = find_run(tx, month)
    if before is not None and before["is_final"]:
        raise MonthClosed(f"{month} was closed by {before['made_by']}.")
    flag_month(tx, month, tables, now=now, zone=zone, most=None)
    counted = count_flags(flags_of_month(tx, start, end, until=now))
    made = score_month(counted, tables)
    run = tx.value(SQL["new_run"], month=month, counts_until=now, now=now, actor=actor, is_final=final)
    for query, rows in _rows(counted, made).items():
        tx.execute(SQL[query], run=run, rows=json.dumps(rows))
    detail = {"run": run, "final": final, "units": len(made)}
    record(tx, actor, "case.score", month, at=now, origin=origin, detail=detail)
    return made


def flag_month(
    tx: Transaction, month: str, tables: FormulaTables, *, now: datetime, zone: ZoneInfo, most: int | None
) -> int:
    """Flag the cases of a month that have changed, so many or all, so that scoring it is quick; return how many were.

    Raises MonthUnusable, CalendarError and FormulaError.
    """
    start, end = month_bounds(month, zone)
    version, limits = calendar_of(tx, CITY), step_limits(tables)
    rules = f"{version[0]} {version[1]} {json.dumps(dict(sorted(tables.step.items())))}"
    return flag_cases(tx, start, end, StepClock(limits, StoredCalendars(tx)[version], now), rules, most=most)


def find_run(tx: Transaction, month: str) -> Row | None:
    """Return the run of a month that counts: score_run_id, month, counts_until, made_at (UTC), made_by, is_final."""
    return tx.row(SQL["run_of_month"], month=month)


def forget_runs(tx: Transaction, before: datetime) -> int:
    """Delete the runs made before a moment that a later one of their month took the place of; return how many.

    The last run of a month stays, and a final one.
    """
    return int(tx.value(SQL["forget_runs"], before=before))


def months_scored(tx: Transaction) -> list[Row]:
    """Return every month that was scored, the last first: month, is_final."""
    return tx.rows(SQL["months_scored"])


def scores_of(tx: Transaction, run: int) -> list[Row]:
    """Return the points of a run: formula, version, scores, unit, points, level, place; None: it cannot be said."""
    return tx.rows(SQL["scores_of_run"], run=run)


def indicators_of(tx: Transaction, run: int) -> list[Row]:
    """Return the rates of a run: formula, unit, indicator, numerator, denominator, value (0 to 1, or None)."""
    return tx.rows(SQL["indicators_of_run"], run=run)


def cases_behind(tx: Transaction, run: int, *, scores: str, unit: str, count: str) -> list[int]:
    """Return the cases behind a count of a run."""
    return list(tx.value(SQL["cases_of_count"], run=run, scores=scores, unit=unit, count=count) or ())


def _rows(counted: Counted, made: list[UnitScore]) -> dict[str, list[dict[str, Any]]]:
    return {
        "store_counts": [
            {"scores": scores, "unit": unit, "count": count, "cases": f"{{{','.join(map(str, cases))}}}"}
            for (scores, unit), counts in counted.items()
            for count, cases in counts.items()
        ],
        "store_indicators": [
            {"formula": one.score.formula, "unit": one.unit, "indicator": name, **_ratio(ratio)}
            for one in made
            for name, ratio in one.ratios.items()
        ],
        "store_scores": [
            {
                "formula": one.score.formula,
                "version": one.score.version,
                "scores": one.scores,
                "unit": one.unit,
                "points": decimal_of(one.score.points),
                "level": one.level,
                "place": one.place,
            }
            for one in made
        ],
    }


def _ratio(ratio: Ratio | None) -> dict[str, str | None]:
    parts: tuple[Fraction | None, ...] = (
        (None, None, None) if ratio is None else (ratio.numerator, ratio.denominator, ratio.value)
    )
    return dict(zip(("numerator", "denominator", "value"), map(decimal_of, parts), strict=True))
