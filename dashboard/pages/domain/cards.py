"""The parts of the domain pages that are words and numbers: facts, the working of an index, what can be taken."""

from collections.abc import Iterable, Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.pages.domain.index.day_table import DayTable
from dashboard.pages.domain.index.figures import INDEX
from dashboard.pages.domain.index.index_data import IndexStory
from dashboard.pages.domain.index.working import Working
from dashboard.pages.domain.lineage.model import Figure
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.story import PageStory
from dashboard.pages.domain.view import DomainView
from dashboard.pages.domain.words import moment_words, zone_words
from dashboard.ui import components
from dashboard.ui.components import Speak

FACTS = ("newest", "highest", "lowest", "readings", "sensors", "step")
FILES = ("csv", "xlsx", "geojson")


def facts(story: PageStory, figures: Mapping[str, Figure], place: str, reader: Reader) -> list[Component]:
    """Return what the view is, and what its span was in five numbers."""
    zone = reader.zone
    words = [
        reader.catalogue.metric[story.view.metric].name.in_language(reader.language),
        place,
        f"{moment_words(story.start, zone)} — {moment_words(story.end, zone)}",
    ]
    head = html.Div(
        [
            html.B(words[0]),
            html.Span(words[1]),
            html.Small([html.Span(words[2]), " ", html.Span(zone_words(story.end, zone))]),
        ],
        className="domain-view",
        **components.hook("view", "　".join(words)),
        **components.hook("as-of", story.end.isoformat()),
    )
    return [head, *_numbers(figures, reader.say)]


def index_card(story: IndexStory, figures: Mapping[str, Figure], say: Speak) -> list[Component]:
    """Return an index and how it comes about, and those of the days before."""
    days = _days(story.days, figures, say) if story.days else []
    if story.working is None:
        return [html.P(say("domain.no_index"), className="hint index-none"), *days]
    return [*_working(story.working, figures, say), *days]


def _working(working: Working, figures: Mapping[str, Figure], say: Speak) -> list[Component]:
    badge = {"background": working.colour, "color": working.ink}
    words = [html.B(_cell(working.value, INDEX, figures, say)), *([html.Span(working.level)] if working.level else [])]
    rows = [
        html.Tr(_tds(line.cells, line.keys, figures, say), className="leads" if line.leads else "")
        for line in working.lines
    ]
    return [
        html.Div(
            [html.Span(working.name), html.Span(words, className="index-badge", style=badge)], className="index-head"
        ),
        _table(working.heads, rows),
        html.P(working.note, className="hint"),
    ]


def _days(days: DayTable, figures: Mapping[str, Figure], say: Speak) -> list[Component]:
    """Return the table of days; each index wears its colour, and says why it is not published."""
    rows = []
    for line in days.lines:
        day, index, *rest = _tds(line.cells, line.keys, figures, say)
        badge = html.Span(index.children, className="index-badge", style={"background": line.colour, "color": line.ink})
        rows.append(html.Tr([day, html.Td(badge), *rest], title=line.note))
    notes = [html.P(f"{line.cells[0]}：{line.note}", className="hint") for line in days.lines if line.note]
    table = html.Div(_table(days.heads, rows), className="index-days")
    return [html.H3(say("air.head_days")), html.Small(say("air.hint_days")), table, *notes]


def _table(heads: Iterable[str], rows: list[html.Tr]) -> html.Table:
    return html.Table(
        [html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(rows)], className="index-table"
    )


def export_links(view: DomainView, say: Speak) -> list[Component]:
    """Return the links to the files of a view."""
    return [
        html.Span(say("domain.export"), className="question-name"),
        *(
            html.A(
                kind.upper() if kind != "geojson" else "GeoJSON",
                href=f"/domain/{view.domain}/export.{kind}{view.query}",
                className="export-link",
                title=say(f"domain.export_{kind}"),
                download="",
            )
            for kind in FILES
        ),
    ]


def _numbers(figures: Mapping[str, Figure], say: Speak) -> list[Component]:
    known = [(name, figures[f"fact.{name}"]) for name in FACTS if f"fact.{name}" in figures]
    if not known:
        return [html.P(say("domain.no_readings"), className="hint")]
    return [
        html.Div(
            [html.Small(say(f"domain.{name}")), html.Span([number(figure, say), html.Small(figure.unit)])],
            className="domain-fact",
        )
        for name, figure in known
    ]


def _tds(cells: Sequence[str], keys: Sequence[str], figures: Mapping[str, Figure], say: Speak) -> list[html.Td]:
    padded = (*keys, *("" for _ in cells[len(keys) :]))
    return [html.Td(_cell(cell, key, figures, say)) for cell, key in zip(cells, padded, strict=True)]


def _cell(words: str, key: str, figures: Mapping[str, Figure], say: Speak) -> str | html.Button:
    return number(figures[key], say) if key in figures else words


def number(figure: Figure, say: Speak) -> html.Button:
    """Return a number that tells where it comes from (assets/pages/lineage.js opens the drawer)."""
    words = f"{figure.text} {figure.unit}".strip()
    return html.Button(
        figure.text,
        type="button",
        className="figure-number",
        title=say("lineage.open"),
        **components.hook("figure", figure.key),
        **components.hook("shown", figure.text),
        **components.label(f"{figure.title}　{words}　{say('lineage.open')}"),
    )
