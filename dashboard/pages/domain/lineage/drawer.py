"""The drawer that says where a number comes from: a figure as a tree, numbers of a chart, readings. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from cityops.clock import clock_words
from cityops.storage.database import Row
from cityops.storage.readings.lineage import Behind
from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.lineage.facts import COUNTS, formula_facts, message_facts
from dashboard.pages.domain.lineage.model import Figure, Formula, Lineage, Rollup, Share, by_weight
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words, step_words
from dashboard.ui import components
from dashboard.ui.components import Speak

MOST_SERIES = 20
MOST_READINGS = 200
MOST_NUMBERS = 200
LISTS = {
    "trend": ("trend.", "other."),
    "map": ("rank.",),
    "ranking": ("rank.",),
    "heat": ("heat.",),
    "completeness": ("complete.",),
}


def drawer_frame(say: Speak) -> html.Dialog:
    """Return the empty drawer (assets/pages/lineage.js opens it; on a phone it is a sheet)."""
    return html.Dialog(
        [
            html.Div(
                [
                    html.Button(
                        say("lineage.back"), type="button", className="quiet-button", hidden=True,
                        **components.hook("lineage-back"),
                    ),
                    html.H2(say("lineage.title")),
                    html.Form(html.Button(say("lineage.close"), className="quiet-button"), method="dialog"),
                ],
                className="lineage-head",
            ),
            html.P(say("lineage.waiting"), className="lineage-waiting", role="status"),
            html.Div(
                id=Ids.LINEAGE_BODY, className="lineage-body", tabIndex=0, role="region",
                **components.label(say("lineage.title")),
            ),
        ],
        id=Ids.LINEAGE,
        className="lineage",
        **components.label(say("lineage.title")),
    )  # fmt: skip


def number_list(figures: Iterable[Figure], chart: str, title: str, say: Speak) -> list[Component]:
    """Return the numbers of a chart, the newest or the highest first, each of which opens its lineage."""
    mine = [figure for figure in figures if figure.key.startswith(LISTS.get(chart, ()))]
    listed = mine if chart in ("map", "ranking", "completeness") else mine[::-1]
    rows = [
        html.Li([html.Span(figure.title.partition("　")[2] or figure.title), _open(figure, say)])
        for figure in listed[:MOST_NUMBERS]
    ]
    left = len(listed) - len(rows)
    more = [html.P(say("lineage.more_numbers", count=f"{left:,}"), className="hint")] if left else []
    none = [] if rows else [html.P(say("common.no_data"), className="hint")]
    return [html.H3(title), *none, html.Ul(rows, className="lineage-numbers"), *more]


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


def readings_view(share: Mapping[str, str], behind: Behind, device: Row, unit: str, reader: Reader) -> list[Component]:
    """Return the readings of a series with their flags, and what is kept of the messages that brought them."""
    say, zone = reader.say, reader.zone
    metric = reader.catalogue.metric[share["metric"]]
    rows = [
        html.Tr(
            [
                html.Td(clock_words(row["time"], zone, "%m-%d %H:%M:%S")),
                html.Td(f"{metric.format(row['value'])} {unit}".strip()),
                html.Td(say(f"lineage.flag_{row['quality']}")),
            ],
            className="" if row["quality"] in COUNTS else "is-out",
        )
        for row in behind.rows[:MOST_READINGS]
    ]
    left = sum(behind.by_quality.values()) - len(rows)
    notes = [
        *([say("lineage.no_readings")] if not rows else []),
        *([say("lineage.more_readings", count=f"{left:,}")] if left > 0 and rows else []),
        *([say("lineage.forgotten", count=behind.forgotten)] if behind.forgotten else []),
    ]
    heads = [say(f"lineage.{name}") for name in ("time", "value", "flag")]
    return [
        html.Div(
            [html.H3(device["name"]), html.Small(f"{device['sensor_id']}　{metric.name.in_language(reader.language)}")]
        ),
        _step(
            "readings",
            say,
            [_table(heads, rows) if rows else None, *(html.P(note, className="hint") for note in notes)],
        ),
        _step("message", say, [_pairs(_message(device, reader)), html.P(say("lineage.not_kept"), className="hint")]),
    ]


def _message(device: Row, reader: Reader) -> list[tuple[str, str]]:
    say, told = reader.say, message_facts(device)
    kind = reader.catalogue.kind[device["kind"]].name.in_language(reader.language)
    ledger, clock = told["ledger"], told["clock"]
    newest, is_unknown = device["newest_received_at"], ledger["received"] is None
    counts = {name: f"{ledger[name] or 0:,}" for name in ("received", "stored", "duplicate", "missing")}
    return [
        (say("lineage.topic"), told["topic"]),
        (say("lineage.pack"), f"{device['domain']} / {device['kind']}　{kind}"),
        (say("lineage.newest"), "–" if newest is None else clock_words(newest, reader.zone, "%Y-%m-%d %H:%M:%S")),
        (say("lineage.clock"), say("lineage.unknown") if is_unknown else _clock(clock, reader, device["clock_set_at"])),
        (say("lineage.sequence"), say("lineage.unknown") if is_unknown else _sequence(ledger, say)),
        (
            say("lineage.ledger"),
            say("lineage.ledger_none")
            if is_unknown
            else say("lineage.ledger_words", dead=f"{ledger['dead_lettered']:,}", **counts),
        ),
        (
            say("lineage.lost"),
            say("lineage.lost_words", letters=told["dead_letters"], queues=told["lost_queues"]),
        ),
    ]


def _sequence(ledger: Mapping[str, Any], say: Speak) -> str:
    if ledger["run_last"] is None:
        return say("lineage.sequence_none")
    return say("lineage.sequence_words", first=ledger["run_first"], last=ledger["run_last"])


def _clock(clock: Mapping[str, Any], reader: Reader, since: datetime | None) -> str:
    if clock["is_erratic"]:
        return reader.say("lineage.clock_erratic")
    if not clock["correction_seconds"] or since is None:
        return reader.say("lineage.clock_right")
    seconds = f"{clock['correction_seconds']:+.0f}"
    return reader.say("lineage.clock_wrong", seconds=seconds, since=moment_words(since, reader.zone))


def _formula(formula: Formula, say: Speak) -> html.Section:
    told = formula_facts(formula, say)
    pairs = [(say("lineage.version"), f"{told['name']} {told['version']}"), (say("lineage.source"), told["source"])]
    return _step("formula", say, [html.P(told["words"]), _pairs(pairs)])


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
    return _step("rollup", say, [_pairs(pairs), *(html.P(words, className="hint") for words in note)])


def _inputs(inputs: Mapping[str, Lineage], say: Speak) -> html.Section:
    rows = [html.Li([html.Span(part.figure.title), _open(part.figure, say)]) for part in inputs.values()]
    return _step("inputs", say, [html.Ul(rows, className="lineage-numbers")])


def _series(lineage: Lineage, reader: Reader) -> html.Section:
    say, shares = reader.say, lineage.shares
    weights = sum(by_weight(one) for one in shares)
    rows = [_share(one, weights, reader) for one in shares[:MOST_SERIES]]
    left = len(shares) - len(rows)
    heads = [say(f"lineage.{name}") for name in ("sensor", "value", "readings", "weight")]
    more = [html.P(say("lineage.more", count=f"{left:,}"), className="hint")] if left else []
    return _step("series", say, [_table(heads, rows), *more])


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


def _open(figure: Figure, say: Speak) -> html.Button:
    words = f"{figure.text} {figure.unit}".strip()
    return html.Button(
        words,
        type="button",
        className="lineage-link",
        **components.hook("figure", figure.key),
        **components.label(f"{figure.title}　{words}　{say('lineage.open')}"),
    )


def _step(name: str, say: Speak, parts: list[Any]) -> html.Section:
    return html.Section(
        [html.H4(say(f"lineage.step_{name}")), *(part for part in parts if part is not None)],
        className=f"lineage-step step-{name}",
    )


def _pairs(pairs: list[tuple[str, str]]) -> html.Dl:
    return html.Dl([html.Div([html.Dt(name), html.Dd(words)]) for name, words in pairs])


def _table(heads: list[str], rows: list[html.Tr]) -> html.Div:
    table = html.Table([html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(rows)])
    return html.Div(table, className="lineage-table")
