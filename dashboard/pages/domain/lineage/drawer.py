"""The drawer that says where a number comes from: its frame, and the numbers of a chart. Pure."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.lineage.drawer_parts import opening_number
from dashboard.pages.domain.lineage.model import Figure
from dashboard.ui import components
from dashboard.ui.components import Speak

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
        html.Li([html.Span(figure.title.partition("　")[2] or figure.title), opening_number(figure, say)])
        for figure in listed[:MOST_NUMBERS]
    ]
    left = len(listed) - len(rows)
    more = [html.P(say("lineage.more_numbers", count=f"{left:,}"), className="hint")] if left else []
    none = [] if rows else [html.P(say("common.no_data"), className="hint")]
    return [html.H3(title), *none, html.Ul(rows, className="lineage-numbers"), *more]
