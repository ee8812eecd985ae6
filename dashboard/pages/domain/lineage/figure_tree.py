"""A figure as a tree: its formula, its roll-up, what each series gave, and the figures in it. Pure."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.pages.domain.lineage.drawer_parts import named_values, opening_number, step
from dashboard.pages.domain.lineage.facts import formula_facts
from dashboard.pages.domain.lineage.model import Formula, Lineage, Rollup
from dashboard.pages.domain.lineage.series_step import series_step
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words, step_words
from dashboard.ui.components import Speak


def figure_tree(lineage: Lineage, shown: str, reader: Reader) -> list[Component]:
    """Return a figure with everything that it is made of; `shown` is what the page has."""
    figure, say = lineage.figure, reader.say
    made = lineage.recompute()
    text = "–" if made is None else figure.write(made)
    is_same = text == (shown or figure.text)
    words = say("lineage.agrees", text=text) if is_same else say("lineage.differs", text=text, shown=shown)
    return [
        html.Div(
            [html.H3(figure.title), html.Div([html.B(figure.text), html.Small(figure.unit)])],
            className="lineage-figure",
        ),
        html.P(words, className="lineage-check" + ("" if is_same else " is-different")),
        _formula(figure.formula, say),
        *([_rollup(lineage.rollup, reader)] if lineage.rollup else []),
        *([_inputs(lineage.inputs, say)] if lineage.inputs else []),
        *([series_step(lineage, reader)] if lineage.shares else []),
    ]


def _formula(formula: Formula, say: Speak) -> html.Section:
    told = formula_facts(formula, say)
    pairs = [(say("lineage.version"), f"{told['name']} {told['version']}"), (say("lineage.source"), told["source"])]
    return step("formula", say, [html.P(told["words"]), named_values(pairs)])


def _rollup(rollup: Rollup, reader: Reader) -> html.Section:
    say, zone = reader.say, reader.zone
    coverage = say("lineage.coverage_unknown") if rollup.coverage is None else f"{rollup.coverage:.0%}"
    pairs = [
        (say("lineage.relation"), rollup.relation.value),
        (say("lineage.span"), f"{moment_words(rollup.start, zone)} — {moment_words(rollup.end, zone)}"),
        (say("lineage.bucket"), step_words(rollup.step, say)),
        (say("lineage.counted"), f"{rollup.readings:,}"),
        (say("lineage.coverage"), coverage),
    ]
    fresh = rollup.on_the_spot
    note = [] if fresh is None else [say("lineage.on_the_spot", since=moment_words(fresh, zone))]
    return step("rollup", say, [named_values(pairs), *(html.P(words, className="hint") for words in note)])


def _inputs(inputs: Mapping[str, Lineage], say: Speak) -> html.Section:
    rows = [html.Li([html.Span(part.figure.title), opening_number(part.figure, say)]) for part in inputs.values()]
    return step("inputs", say, [html.Ul(rows, className="lineage-numbers")])
