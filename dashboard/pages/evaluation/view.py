"""The scores of a month in words: heads of the terms, groups, levels, names. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.catalogue.categories import DepartmentKind
from cases.evaluation.formulas import FormulaTables, Name, ScoreFormula, Term
from cases.evaluation.scoring import ScoreLevel
from cases.store.evaluation.score_views import MonthScores
from cityops.storage import Row
from dashboard.cases.words import CaseWords
from dashboard.pages.evaluation.address import EvaluationAddress

OF_DEPARTMENTS = ("department", "hotline")


@dataclass(frozen=True, slots=True)
class TermHead:
    """The head of a column: what is measured, and how many of the points it can give; "" for what is only told."""

    name: str
    weight: str
    is_inverse: bool


def unit_name(words: CaseWords, kind: str, unit: str) -> str:
    """Return what a unit is called; people have their names."""
    if kind in OF_DEPARTMENTS:
        return words.department(unit)
    return words.area(unit) if kind in ("area", "street") else unit


def term_heads(tables: FormulaTables, formula: ScoreFormula, words: CaseWords) -> list[TermHead]:
    """Return the heads of the terms of a formula, in their order."""
    return [
        TermHead(_term_name(tables, term, words), f"{term.weight.normalize():f}" if term.weight else "", term.inverse)
        for term in formula.term
    ]


def group_links(
    found: MonthScores, formula: ScoreFormula, words: CaseWords, address: EvaluationAddress
) -> list[tuple[str, str, bool]]:
    """Return the groups in which departments are ranked apart, after all of them together; none for other units.

    Each as its words, its address, and whether it is shown. Bureaus, streets and enterprises have duties too unlike
    for one list.
    """
    if formula.scores not in OF_DEPARTMENTS:
        return []
    known = words.catalogue.departments
    here = {known[row["unit"]].kind for row in found.scores if row["unit"] in known}
    groups = ["", *(kind.value for kind in DepartmentKind if kind in here)]
    return [
        (
            words.say(f"evaluation_group.{group or 'all'}"),
            address.to(group=group, unit="", behind=()),
            group == address.group,
        )
        for group in groups
    ]


def scores_of_group(found: MonthScores, group: str, words: CaseWords) -> MonthScores:
    """Return the scores of one group with its own places; all of them for no group."""
    if not group:
        return found
    units = {code for code, department in words.catalogue.departments.items() if department.kind == group}
    rows = [row for row in found.scores if row["unit"] in units]
    course = [row for row in found.course if row["unit"] in units]
    return replace(found, scores=[{**row, "place": _place_among(row, rows)} for row in rows], course=course)


def _place_among(row: Row, rows: Sequence[Row]) -> int | None:
    """Return the place among some rows; those that share a place among all share it here too."""
    if row["place"] is None:
        return None
    better = [other for other in rows if other["place"] is not None and other["place"] < row["place"]]
    return 1 + len(better)


def level_counts(scores: Sequence[Row]) -> list[tuple[str, int]]:
    """Return how many units have each level, the best level first."""
    counted = Counter(row["level"] for row in scores)
    return [(level.value, counted[level.value]) for level in ScoreLevel]


def in_words(name: Name, language: str) -> str:
    """Return a name of the formulas in a language."""
    return name.en if language == "en" else name.zh


def known_counts(tables: FormulaTables) -> frozenset[str]:
    """Return every count that some formula or indicator asks for."""
    found = {term.count for formula in tables.formula.values() for term in formula.term if term.count}
    for indicator in tables.indicator.values():
        found |= indicator.numerator.keys() | indicator.denominator.keys()
    return frozenset(found)


def _term_name(tables: FormulaTables, term: Term, words: CaseWords) -> str:
    if term.count:
        return words.say(f"evaluation_count.{term.count}")
    return in_words(tables.indicator[term.indicator].name, words.language)
