"""The scores of a month as tables of a workbook. Pure."""

from collections.abc import Mapping

from cases.evaluation.formulas import FormulaTables, ScoreFormula
from cases.store.evaluation.score_views import MonthScores
from dashboard.cases.words import CaseWords
from dashboard.pages.evaluation.view import in_words, term_heads, unit_name
from dashboard.requests.workbooks import TableSheet


def score_sheets(
    found: MonthScores, formula: ScoreFormula, tables: FormulaTables, words: CaseWords, about: Mapping[str, str]
) -> list[TableSheet]:
    """Return the ranking, the numbers of each indicator, and every count; `about` says what they are of."""
    heads = tuple(words.say(f"evaluation.{name}") for name in ("entry", "content"))
    return [
        TableSheet(words.say("evaluation.about"), heads, list(about.items())),
        _ranking(found, formula, tables, words),
        _indicators(found, formula, tables, words),
        _counts(found, formula, words),
    ]


def _ranking(found: MonthScores, formula: ScoreFormula, tables: FormulaTables, words: CaseWords) -> TableSheet:
    names = ("place", "unit", "code", "points", "level")
    terms = (f"{head.name} ({head.weight})" for head in term_heads(tables, formula, words))
    rows = [
        (
            row["place"],
            unit_name(words, formula.scores, row["unit"]),
            row["unit"],
            row["points"],
            row["level"],
            *(_value(found, row["unit"], term.indicator, term.count) for term in formula.term),
        )
        for row in found.scores
    ]
    return TableSheet(
        words.say("evaluation.ranking"), (*(words.say(f"evaluation.{name}") for name in names), *terms), rows
    )


def _indicators(found: MonthScores, formula: ScoreFormula, tables: FormulaTables, words: CaseWords) -> TableSheet:
    names = ("unit", "code", "indicator", "numerator", "denominator", "value")
    rows = [
        (
            unit_name(words, formula.scores, unit),
            unit,
            in_words(tables.indicator[name].name, words.language),
            row["numerator"],
            row["denominator"],
            row["value"],
        )
        for (unit, name), row in found.indicators.items()
        if name in tables.indicator
    ]
    return TableSheet(
        words.say("evaluation.indicators"), tuple(words.say(f"evaluation.{name}") for name in names), rows
    )


def _counts(found: MonthScores, formula: ScoreFormula, words: CaseWords) -> TableSheet:
    names = ("unit", "code", "count", "cases")
    rows = [
        (unit_name(words, formula.scores, unit), unit, words.say(f"evaluation_count.{count}"), number)
        for (unit, count), number in found.counts.items()
    ]
    return TableSheet(words.say("evaluation.counts"), tuple(words.say(f"evaluation.{name}") for name in names), rows)


def _value(found: MonthScores, unit: str, indicator: str, count: str) -> float | int | None:
    if count:
        return found.counts.get((unit, count), 0)
    row = found.indicators.get((unit, indicator))
    return None if row is None else row["value"]
