"""The queue of the desk, empty: its head, the filters, the buttons for many alerts at once, the grid."""

from typing import Any

import dash_ag_grid
from dash import dcc, html

from dashboard.pages.desk.ids import Ids
from dashboard.theme import SEVERITIES
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.web.request_context import catalogue, language

STANDS = ("open", "waiting", "taken", "aside")


def queue(say: Speak) -> html.Section:
    """Return the queue."""
    return html.Section(
        [
            _queue_head(say),
            components.sound_blocked(say),
            _filters(say),
            _bulk(say),
            _grid(say),
            html.Div(className="unseen", role="status", **components.hook("announce")),
        ],
        className="desk-queue",
    )


def _queue_head(say: Speak) -> html.Div:
    return html.Div(
        [
            html.H1(say("desk.queue")),
            html.Span(className="queue-counts", **components.hook("queue-counts")),
            html.Button(className="news", hidden=True, **components.hook("news")),
            html.Span(className="bar-space"),
            html.Button(say("alarm.open"), className="quiet-button", **components.hook("alarm-open")),
            html.Button(
                [say("desk.keys"), html.Kbd("?")],
                className="quiet-button keys-button",
                **components.hook("keys"),
            ),
        ],
        className="queue-head",
    )


def _filters(say: Speak) -> html.Div:
    return html.Div(
        [
            _severity_filter(say),
            _domain_filter(say),
            _select("district", say("desk.district"), {}, say),
            _select("stand", say("desk.state"), {name: say(f"desk.stand_{name}") for name in STANDS[1:]}, say),
            html.Button(
                say("desk.mine"),
                className="filter-toggle",
                **components.aria("pressed", "false"),
                **components.hook("mine"),
            ),
            dcc.Input(id=Ids.SEARCH, type="search", placeholder=say("desk.search"), className="filter-search"),
            html.Button(
                say("desk.clear"), className="quiet-button filter-clear", hidden=True, **components.hook("clear")
            ),
        ],
        className="filters",
        role="search",
    )


def _severity_filter(say: Speak) -> html.Div:
    severities = [
        html.Button(
            [
                components.severity_mark(severity, say(f"severity.{severity}")),
                html.Span(**components.hook("count", str(int(severity)))),
            ],
            className="filter-severity",
            **components.aria("pressed", "false"),
            **components.hook("severity", str(int(severity))),
        )
        for severity in SEVERITIES
    ]
    return html.Div(severities, className="filter-severities", role="group", **components.label(say("desk.level")))


def _domain_filter(say: Speak) -> html.Span:
    """Return the list of domains, with room for the icon of the chosen one (assets/pages/desk/filters.js)."""
    names = {name: domain.name.in_language(language()) for name, domain in catalogue().domain.items()}
    icon = html.I(className="icon", hidden=True, **components.hook("filter-icon"))
    return html.Span([icon, _select("domain", say("desk.domain"), names, say)], className="filter-domain")


def _select(name: str, title: str, words: dict[str, str], say: Speak) -> html.Select:
    options = [html.Option(say("desk.all_of", what=title), value="")]
    options += [html.Option(word, value=value) for value, word in words.items()]
    return html.Select(options, className="filter-select", **components.hook("select", name), **components.label(title))


def _bulk(say: Speak) -> html.Div:
    return html.Div(
        [
            html.B(**components.hook("marked")),
            html.Button([say("desk.bulk"), html.Kbd("B")], className="act act-acknowledge", **components.hook("bulk")),
            html.Button(say("desk.unmark"), className="quiet-button", **components.hook("unmark")),
            html.Div(className="bulk-result", role="status", **components.hook("bulk-result")),
        ],
        className="bulk",
        hidden=True,
        **components.hook("bulk-bar"),
    )


def _grid(say: Speak) -> html.Div:
    return html.Div(
        dash_ag_grid.AgGrid(
            id=Ids.GRID,
            rowData=[],
            columnDefs=_columns(say),
            getRowId="params.data.id",
            className="ag-theme-alpine-dark queue",
            dashGridOptions={
                "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": False},
                "suppressCellFocus": True,
                "suppressHeaderFocus": True,
                "animateRows": False,
                "deltaSort": True,
                "rowBuffer": 4,
                "headerHeight": 38,
                "rowHeight": 52,
                "localeText": {"noRowsToShow": say("desk.calm")},
            },
            defaultColDef={"resizable": True, "sortable": False, "suppressMovable": True, "minWidth": 20},
            style={"height": "100%", "width": "100%"},
        ),
        className="queue-box",
    )


def _columns(say: Speak) -> list[dict[str, Any]]:
    """One hidden column sorts: what needs a person most comes first, and an incident stays together.

    `width` is in pixels where 1 rem has 16, as wide as the longest words in either language; the browser scales it.
    """
    return [
        {"field": "order", "hide": True, "sort": "asc"},
        {"colId": "mark", "headerName": "", "width": 40, "cellRenderer": "AlertMark", "resizable": False},
        {"colId": "card", "headerName": say("desk.title"), "flex": 1, "hide": True, "cellRenderer": "AlertCard"},
        {"colId": "severity", "headerName": say("desk.level"), "width": 58, "cellRenderer": "SeverityMark"},
        {"colId": "title", "headerName": say("desk.title"), "flex": 4, "minWidth": 150, "cellRenderer": "AlertTitle"},
        {"colId": "place", "headerName": say("desk.where"), "flex": 3, "minWidth": 130, "cellRenderer": "AlertPlace"},
        {"colId": "value", "headerName": say("desk.value"), "width": 124, "cellRenderer": "AlertValue"},
        {"colId": "age", "headerName": say("desk.age"), "width": 80, "cellRenderer": "AlertAge"},
        {"colId": "due", "headerName": say("desk.due"), "width": 108, "cellRenderer": "AlertDue"},
        {"colId": "state", "headerName": say("desk.state"), "width": 160, "cellRenderer": "AlertState"},
    ]
