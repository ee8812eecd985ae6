"""The ranking of a month: a line for each unit, a cell for each term of the formula. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cases.evaluation.formulas import FormulaTables, ScoreFormula, Term
from cases.store.evaluation.score_views import MonthScores
from dashboard.cases.words import CaseWords
from dashboard.pages.evaluation.address import EvaluationAddress
from dashboard.pages.evaluation.view import unit_name

NOTHING = "–"
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A number, and the address of the cases behind it ("" where there are none)."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a unit reached by one term: a rate with its two numbers, or a volume."""

    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the ranking. `points` is None where it cannot be said."""

    unit: str
    name: str
    place: int | None
    points: float | None
    level: str
    cells: tuple[Cell, ...]
    address: str
    is_here: bool


def unit_lines(
    found: MonthScores, formula: ScoreFormula, tables: FormulaTables, words: CaseWords, address: EvaluationAddress
) -> list[UnitLine]:
    """Return the ranking, the best first."""
    return [
        UnitLine(
            row["unit"],
            unit_name(words, formula.scores, row["unit"]),
            row["place"],
            row["points"],
            row["level"] or "",
            tuple(_cell(found, row["unit"], term, tables, address) for term in formula.term),
            address.of_unit(row["unit"]),
            row["unit"] == address.unit,
        )
        for row in found.scores
    ]


def unit_counts(found: MonthScores, address: EvaluationAddress, words: CaseWords) -> list[tuple[str, Part]]:
    """Return every count of the chosen unit with the address of its cases."""
    mine = {count: number for (unit, count), number in found.counts.items() if unit == address.unit}
    return [
        (words.say(f"evaluation_count.{count}"), Part(f"{number:,}", address.of_unit(address.unit, [count])))
        for count, number in mine.items()
    ]


def number_words(value: float | None, places: int = 2) -> str:
    """Return a number without needless zeros; a dash for none."""
    return NOTHING if value is None else f"{value:,.{places}f}".rstrip("0").rstrip(".")


def _cell(found: MonthScores, unit: str, term: Term, tables: FormulaTables, address: EvaluationAddress) -> Cell:
    behind = _linker(found, unit, address)
    if term.count:
        number = found.counts.get((unit, term.count), 0)
        return Cell("", (Part(f"{number:,}", behind({term.count: 1})),))
    row, indicator = found.indicators.get((unit, term.indicator)), tables.indicator[term.indicator]
    if row is None or row["numerator"] is None:
        return Cell(NOTHING, ())
    words = NOTHING if row["value"] is None else f"{row['value'] * PERCENT:.1f} %"
    parts = (
        Part(number_words(row["numerator"]), behind(indicator.numerator)),
        Part(number_words(row["denominator"]), behind(indicator.denominator)),
    )
    return Cell(words, parts)


def _linker(found: MonthScores, unit: str, address: EvaluationAddress) -> Callable[[Mapping[str, object]], str]:
    """Return what gives the address of the cases behind some counts of a unit: "" where there are none."""

    def link(counts: Mapping[str, object]) -> str:
        some = [count for count in counts if found.counts.get((unit, count))]
        return address.of_unit(unit, some) if some else ""

    return link
