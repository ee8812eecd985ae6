"""The formulas of a file, checked."""

import tomllib
from importlib.resources import files
from pathlib import Path

import msgspec

from cases.clock.limits import Limit, read_limit
from cases.errors import FormulaError, LimitUnusable
from cases.evaluation.formulas import STEPS, FormulaTables, Term
from cityops.tables import load_tables


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
