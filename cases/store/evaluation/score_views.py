"""The scores of a month as they are looked at: one formula at a time, and the cases behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cases.counting.score_readers import ScoreReader, may_see
from cases.evaluation.formulas import ScoreFormula
from cases.store.evaluation.scores import find_run, months_before
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")
COURSE = 12  # months
MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class MonthScores:
    """What a reader may see of a month by one formula. `run` is None where the month was never scored.

    `scores`: unit, version, points, level, place, the best first; `indicators`: by unit and name numerator,
    denominator, value; `counts`: by unit and count how many cases; `course`: month, unit, points of the last months.
    """

    run: Row | None
    scores: list[Row] = field(default_factory=list)
    indicators: dict[tuple[str, str], Row] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    course: list[Row] = field(default_factory=list)


def read_month(tx: Transaction, month: str, name: str, formula: ScoreFormula, reader: ScoreReader) -> MonthScores:
    """Read the scores of a month by a formula, as far as its reader may see them."""
    run = find_run(tx, month)
    if run is None:
        return MonthScores(None)
    values = {"run": run["score_run_id"], "formula": name}
    kind = formula.scores

    def seen(rows: list[Row]) -> list[Row]:
        return [row for row in rows if may_see(reader, kind, row["unit"])]

    counts = seen(tx.rows(SQL["counts_of_kind"], run=run["score_run_id"], scores=kind))
    course = tx.rows(SQL["course_of_formula"], formula=name, month=month, after=months_before(month, COURSE))
    return MonthScores(
        run,
        seen(tx.rows(SQL["scores_by_formula"], **values)),
        {(row["unit"], row["indicator"]): row for row in seen(tx.rows(SQL["indicators_by_formula"], **values))},
        {(row["unit"], row["count"]): row["number"] for row in counts},
        seen(course),
    )


def read_scored_cases(tx: Transaction, cases: Sequence[int], *, most: int) -> list[Row]:
    """Return some cases as lists have them, but without what was said in them, by their deadline."""
    return tx.rows(SQL["scored_cases"], cases=list(cases), most=most)


def exclusions_waiting(tx: Transaction) -> list[Row]:
    """Return the requests for exclusion that nobody has decided: the longest waiting first.

    Rows: case_id, number, version, lead_department, category, area_code, request, asked_by, department, asked_at,
    reason.
    """
    return tx.rows(SQL["exclusions_waiting"], most=MOST_WAITING)


def exclusions_granted(tx: Transaction, start: datetime, end: datetime) -> list[Row]:
    """Return how many cases each department has had excluded in [start, end): unit, number, decided_by."""
    return tx.rows(SQL["exclusions_granted"], start=start, end=end)
