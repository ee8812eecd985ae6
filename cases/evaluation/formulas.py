"""Indicators and composite scores as versioned data: no standard's formula is written into the program.

A formula is a weighted sum of terms; each is an indicator, the rest of one to 100 %, the score of a volume by bands,
or full points down to a threshold and fewer below it.
"""

import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from cases.clock.limits import Limit, read_limit
from cases.errors import FormulaError, LimitUnusable
from cityops.tables import load_tables

STEPS = ("send_verify", "verify", "file", "dispatch", "send_check", "check", "close")  # of the centre
Scored = Literal["department", "hotline", "area", "street", "collector", "acceptor", "chief", "dispatcher"]
Coefficients = dict[str, Decimal]  # by the name of a count


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    zh: str
    en: str


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ratio of counts: sums of them, each with its coefficient."""

    name: Name
    numerator: Coefficients
    denominator: Coefficients


class ScoreBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A volume up to `most` has these points; the last band has no end."""

    points: Decimal
    most: int | None = None


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of a score: `weight` is how many of its points (usually of 100) it can give; 0: it is only told."""

    weight: Decimal
    indicator: str = ""
    inverse: bool = False  # 1 - rate: less is better
    count: str = ""  # a volume, with `bands`
    bands: str = ""
    full_from: Decimal | None = None  # percent: full points from here on, one less for each percent below


class ScoreFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A composite score. `certain` is false where no standard's own text was seen."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    scores: Scored
    name: Name
    source: str
    certain: bool
    term: tuple[Term, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is a score out of 100, which has a level, and no part of one."""
        return sum(term.weight for term in self.term) == 100


class FormulaTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, by name."""

    indicator: dict[str, Indicator]
    bands: dict[str, tuple[ScoreBand, ...]]
    formula: dict[str, ScoreFormula]
    step: dict[str, str] = {}  # until when the centre does its own steps, as limits are written


def load_formulas(own: Path | None = None) -> FormulaTables:
    """Load the formulas of the product, each replaced by the city's own of its name. Raises FormulaError."""
    built_in = Path(str(files("cases").joinpath("data", "formulas.toml")))
    tables = load_tables(FormulaTables, built_in, own, setting="the file of formulas", error=FormulaError)
    for name, formula in tables.formula.items():
        for term in formula.term:
            _check_term(name, term, tables)
    return tables


def step_limits(tables: FormulaTables) -> dict[str, Limit]:
    """Return until when the centre does each of its own steps. Raises FormulaError naming the step."""
    try:
        return {name: read_limit(tables.step[name]) for name in STEPS}
    except KeyError as error:
        raise FormulaError(f"step: {error} has no limit. {FormulaError.__doc__}") from error
    except LimitUnusable as error:
        raise FormulaError(f"step: {error} {FormulaError.__doc__}") from error


def read_formulas(text: str) -> FormulaTables:
    """Return formulas from TOML. Raises FormulaError naming the entry."""
    try:
        tables = msgspec.convert(tomllib.loads(text), FormulaTables)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FormulaError(f"{error}. {FormulaError.__doc__}") from error
    for name, formula in tables.formula.items():
        for term in formula.term:
            _check_term(name, term, tables)
    return tables


def _check_term(name: str, term: Term, tables: FormulaTables) -> None:
    if bool(term.indicator) == bool(term.count):
        raise FormulaError(f"{name}: a term has either an indicator or a count. {FormulaError.__doc__}")
    if term.indicator and term.indicator not in tables.indicator:
        raise FormulaError(f"{name}: there is no indicator {term.indicator!r}. {FormulaError.__doc__}")
    if not term.weight:
        return
    if term.count and term.bands not in tables.bands:
        raise FormulaError(f"{name}: there are no bands {term.bands!r}. {FormulaError.__doc__}")
    if term.count and (tables.bands[term.bands][-1].most is not None):
        raise FormulaError(f"{name}: the last of the bands {term.bands!r} has an end. {FormulaError.__doc__}")
