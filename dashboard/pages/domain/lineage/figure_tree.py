"""A figure as a tree: its formula, its roll-up, what each series gave, and the figures in it. Pure."""

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.domain.lineage.drawer_parts import named_values, opening_number, step, table
from dashboard.pages.domain.lineage.facts import formula_facts
from dashboard.pages.domain.lineage.model import Formula, Lineage, Rollup, Share, by_weight
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words, step_words
from dashboard.ui import components
from dashboard.ui.components import Speak

MOST_SERIES = 20


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
        *([_series(lineage, reader)] if lineage.shares else []),
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


def _series(lineage: Lineage, reader: Reader) -> html.Section:
    say, shares = reader.say, lineage.shares
    weights = sum(by_weight(one) for one in shares)
    rows = [_share(one, weights, reader) for one in shares[:MOST_SERIES]]
    left = len(shares) - len(rows)
    heads = [say(f"lineage.{name}") for name in ("sensor", "value", "readings", "weight")]
    more = [html.P(say("lineage.more", count=f"{left:,}"), className="hint")] if left else []
    return step("series", say, [table(heads, rows), *more])


def _share(share: Share, weights: float, reader: Reader) -> html.Tr:
    metric = reader.catalogue.metric[share.metric]
    value = "–" if share.value is None or share.count == 0 else metric.format(share.value)
    weight = f"{by_weight(share) / weights:.1%}" if weights and share.weight else "–"
    name: Any = share.name
    if share.start is not None and share.end is not None:
        asked = f"{share.sensor_id}|{share.metric}|{share.start.isoformat()}|{share.end.isoformat()}"
        name = html.Button(share.name, type="button", className="lineage-link", **components.hook("behind", asked))
    count = f"{share.count:,}" if share.expected is None else f"{share.count:,} / {share.expected:,}"
    return html.Tr([html.Td(name), html.Td(value), html.Td(count), html.Td(weight)])
