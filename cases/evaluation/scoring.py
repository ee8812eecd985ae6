"""What a unit scored: exact fractions to the end, nothing rounded on the way, and nothing made of an empty population.

Who had nothing to do has no rate, no score and no rank: neither 0 nor 100.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cases.errors import FormulaError
from cases.evaluation.formulas import Coefficients, FormulaTables, ScoreBand, Term

Counts = Mapping[str, int]


class ScoreLevel(StrEnum):
    """How good a score is: A green, B blue, C yellow, D red, E black."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


_LEVELS = ((90, ScoreLevel.A), (75, ScoreLevel.B), (60, ScoreLevel.C), (40, ScoreLevel.D))


@dataclass(frozen=True, slots=True)
class Ratio:
    """Part of a population: both numbers are kept, so that anybody can count them again."""

    numerator: Fraction
    denominator: Fraction

    @property
    def value(self) -> Fraction | None:
        """The rate, from 0 to 1; None of an empty population."""
        return None if self.denominator == 0 else self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Score:
    """A composite score, its terms in order, and its level. None: it cannot be said, and is not ranked."""

    formula: str
    version: int
    points: Fraction | None
    terms: tuple[Fraction | None, ...]

    @property
    def level(self) -> ScoreLevel | None:
        """The level of the score as it is, not of a rounded one."""
        if self.points is None:
            return None
        return next((level for least, level in _LEVELS if self.points >= least), ScoreLevel.E)


def find_ratio(tables: FormulaTables, name: str, counts: Counts) -> Ratio:
    """Return an indicator of some counts. Raises FormulaError naming a count that is missing."""
    indicator = tables.indicator[name]
    return Ratio(_sum(indicator.numerator, counts), _sum(indicator.denominator, counts))


def find_score(tables: FormulaTables, name: str, counts: Counts) -> Score:
    """Return a composite score of some counts. Raises FormulaError naming a count that is missing."""
    formula = tables.formula[name]
    terms = tuple(_points(tables, term, counts) for term in formula.term)
    known = [term for term in terms if term is not None]
    whole = sum(known, Fraction(0)) if len(known) == len(terms) else None
    return Score(name, formula.version, whole, terms)


def rank(scores: Mapping[str, Score]) -> list[tuple[int, str]]:
    """Return (place, unit) of those that have a score, the best first; equal scores share a place."""
    placed = sorted((-score.points, unit) for unit, score in scores.items() if score.points is not None)
    points = [found for found, _ in placed]
    return [(points.index(found) + 1, unit) for found, unit in placed]


def _points(tables: FormulaTables, term: Term, counts: Counts) -> Fraction | None:
    weight = Fraction(term.weight)
    if not weight:
        return weight  # it is told beside the score, and makes none of it
    if term.count:
        return weight * band_points(tables.bands[term.bands], _count(term.count, counts)) / 100
    rate = find_ratio(tables, term.indicator, counts).value
    if rate is None:
        return None
    if term.full_from is not None:
        return max(Fraction(0), weight - max(Fraction(0), Fraction(term.full_from) - rate * 100))
    return weight * (1 - rate if term.inverse else rate)


def band_points(bands: tuple[ScoreBand, ...], volume: int) -> Fraction:
    """Return the points of a volume."""
    return next(Fraction(band.points) for band in bands if band.most is None or volume <= band.most)


def _sum(coefficients: Coefficients, counts: Counts) -> Fraction:
    return sum((Fraction(part) * _count(name, counts) for name, part in coefficients.items()), Fraction(0))


def _count(name: str, counts: Counts) -> int:
    if name not in counts:
        raise FormulaError(f"The count {name!r} is missing. {FormulaError.__doc__}")
    return counts[name]
