"""The counts of a month, and the scores made of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import numpy as np

from cases.counting.departments import area_flags, department_flags
from cases.counting.history import CaseHistory, Flag, StepClock
from cases.counting.hotline_flags import hotline_flags
from cases.counting.posts import acceptor_flags, chief_flags, collector_flags, dispatcher_flags
from cases.evaluation.formulas import FormulaTables, ScoreFormula
from cases.evaluation.scoring import Ratio, Score, ScoreLevel, find_ratio, find_score, rank

FLAGGERS: tuple[Callable[[CaseHistory, StepClock], Iterator[Flag]], ...] = (
    department_flags,
    area_flags,
    hotline_flags,
    collector_flags,
    acceptor_flags,
    chief_flags,
    dispatcher_flags,
)
LATE = frozenset({"waiting_late"})
UNKNOWN = {"collector": frozenset({"missed"})}
"""Counts that nobody can know yet: which collector should have seen it follows from no stored grid."""

EACH_CALL = frozenset({"hotline"})
"""Scored by calls: a case counts once for each of its callers."""

Counted = Mapping[tuple[str, str], Mapping[str, tuple[int, ...]]]
"""By what is scored and unit: the cases of each count, in order; a case of several callers as often."""


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """Cases that all count for the same of a unit. `is_past`: the moment from which they do is over."""

    scores: str
    unit: str
    counts: Sequence[str]
    is_past: bool
    cases: Sequence[int]


@dataclass(frozen=True, slots=True)
class UnitScore:
    """What a unit scored by one formula. `ratios`: each indicator with its numbers.

    `place` is None where there are no points, `level` where there are not 100 to get.
    """

    scores: str
    unit: str
    score: Score
    ratios: Mapping[str, Ratio | None]
    place: int | None
    level: ScoreLevel | None


def case_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield everything that a case counts for, whenever it is asked: none of it depends on the present."""
    for flagger in FLAGGERS:
        yield from flagger(history, clock)


def count_month(histories: Iterable[CaseHistory], clock: StepClock, *, start: datetime, end: datetime) -> Counted:
    """Return which cases count for whom in [start, end)."""
    flags = (flag for history in histories for flag in case_flags(history, clock))
    return count_flags(
        FlagGroup(flag.scores, flag.unit, (flag.count,), flag.at < clock.now, (flag.case_id,))
        for flag in flags
        if start <= flag.at < end
    )


def count_flags(groups: Iterable[FlagGroup]) -> Counted:
    """Return the cases of each count. A case counts once, whatever happened to it how often, but for EACH_CALL.

    What is LATE counts when its deadline is past.
    """
    found: dict[tuple[str, str], dict[str, list[Sequence[int]]]] = defaultdict(lambda: defaultdict(list))
    for group in groups:
        for count in group.counts:
            if group.is_past or count not in LATE:
                found[group.scores, group.unit][count].append(group.cases)
    return {
        key: {count: _in_order(cases, once=key[0] not in EACH_CALL) for count, cases in sorted(counts.items())}
        for key, counts in sorted(found.items())
    }


def score_month(counted: Counted, tables: FormulaTables) -> list[UnitScore]:
    """Return the scores of every unit by every formula that scores such, in order of formula and unit."""
    made: list[UnitScore] = []
    for name, formula in sorted(tables.formula.items()):
        units = {
            unit: _counts(tables, formula, cases) for (kind, unit), cases in counted.items() if kind == formula.scores
        }
        scores = {unit: _score(tables, name, counts) for unit, counts in units.items()}
        places = {unit: place for place, unit in rank(scores)}
        made += [
            UnitScore(
                formula.scores,
                unit,
                score,
                _ratios(tables, formula, units[unit]),
                places.get(unit),
                score.level if formula.is_whole else None,
            )
            for unit, score in scores.items()
        ]
    return made


def _in_order(cases: Sequence[Sequence[int]], *, once: bool) -> tuple[int, ...]:
    whole = np.concatenate(cases)
    return tuple((np.unique(whole) if once else np.sort(whole)).tolist())


def _counts(tables: FormulaTables, formula: ScoreFormula, cases: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Return every count that a formula asks for; 0 where no case has it, and none of what nobody can know."""
    wanted = {term.count for term in formula.term if term.count}
    for term in formula.term:
        if term.indicator:
            indicator = tables.indicator[term.indicator]
            wanted |= indicator.numerator.keys() | indicator.denominator.keys()
    return {name: len(cases.get(name, ())) for name in wanted - UNKNOWN.get(formula.scores, frozenset())}


def _score(tables: FormulaTables, name: str, counts: Mapping[str, int]) -> Score:
    formula = tables.formula[name]
    terms = {term.indicator for term in formula.term if term.indicator}
    if any(_ratio(tables, indicator, counts) is None for indicator in terms):
        return Score(name, formula.version, None, ())
    return find_score(tables, name, counts)


def _ratios(tables: FormulaTables, formula: ScoreFormula, counts: Mapping[str, int]) -> dict[str, Ratio | None]:
    names = [term.indicator for term in formula.term if term.indicator]
    return {name: _ratio(tables, name, counts) for name in names}


def _ratio(tables: FormulaTables, name: str, counts: Mapping[str, int]) -> Ratio | None:
    indicator = tables.indicator[name]
    known = counts.keys() >= indicator.numerator.keys() | indicator.denominator.keys()
    return find_ratio(tables, name, counts) if known else None


def decimal_of(value: Fraction | None, places: int = 6) -> str | None:
    """Return a number for people and for a column, rounded for them alone."""
    return None if value is None else f"{float(round(value, places)):.{places}f}"
