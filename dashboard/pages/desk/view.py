"""The layout of `/desk`: the queue with its filters, the panel, the form of an action, the list of keys."""

from typing import Any

import dash_ag_grid
from dash import dcc, html

from alerts.actions import LONGEST_TEXT, UNDO_WITHIN
from cityops.accounts import Role
from dashboard import parts, placemap, texts
from dashboard.desk_api import MOST_AT_ONCE
from dashboard.look import SEVERITIES
from dashboard.pages.desk.ids import Ids
from dashboard.parts import Speak
from dashboard.visit import current, language

DOMAINS = ("environment", "traffic", "emergency")
STANDS = ("open", "waiting", "taken", "aside")
SHELVES = (30, 60, 120, 240, 480, 1439)  # minutes; a day, less what a click takes
KEYS = (
    ("↑ ↓", "choose"), ("A", "acknowledge"), ("U", "undo"), ("C", "comment"), ("G", "assign"), ("E", "escalate"),
    ("S", "shelve"), ("V", "back"), ("R", "reset"), ("K", "close"), ("D", "suppress"), ("O", "out"),
    ("X", "mark"), ("Shift X", "mark_all"), ("B", "bulk"), ("← →", "fold"), ("N", "new"), ("/", "search"),
    ("1 2 3 4", "severity"), ("M", "mine"), ("F", "clear"), ("P", "panel"), ("Esc", "escape"), ("?", "help"),
)  # fmt: skip


def layout(**_: str) -> html.Div:
    """Return the page, empty."""
    say, here = texts.speaker(language()), current.get()
    user = here.user if here else None
    return html.Div(
        [
            parts.page_bar("desk"),
            html.Main([_queue(say), _panel(say)], className="desk-main"),
            parts.banner(),
            _form(say),
            _alarm(say),
            _keys(say),
            dcc.Store(id=Ids.CHOSEN),
            dcc.Store(id=Ids.REFRESH),
        ],
        className="desk",
        **parts.hook("live"),
        **parts.hook("alarm"),
        **parts.hook("me", user.name if user else ""),
        **parts.hook("may-act", "yes" if user and user.role.includes(Role.OFFICER) else ""),
        **parts.hook("undo-seconds", f"{UNDO_WITHIN.total_seconds():g}"),
        **parts.hook("most-at-once", str(MOST_AT_ONCE)),
    )


def _queue(say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H1(say("desk.queue")),
                    html.Span(className="queue-counts", **parts.hook("queue-counts")),
                    html.Button(className="news", hidden=True, **parts.hook("news")),
                    html.Span(className="bar-space"),
                    html.Button(say("alarm.open"), className="quiet-button", **parts.hook("alarm-open")),
                    html.Button(
                        [say("desk.keys"), html.Kbd("?")], className="quiet-button keys-button", **parts.hook("keys")
                    ),
                ],
                className="queue-head",
            ),
            parts.sound_blocked(say),
            _filters(say),
            _bulk(say),
            _grid(say),
            html.Div(className="unseen", role="status", **parts.hook("announce")),
        ],
        className="desk-queue",
    )


def _filters(say: Speak) -> html.Div:
    severities = [
        html.Button(
            [
                parts.severity_mark(severity, say(f"severity.{severity}")),
                html.Span(**parts.hook("count", str(int(severity)))),
            ],
            className="filter-severity",
            **parts.aria("pressed", "false"),
            **parts.hook("severity", str(int(severity))),
        )
        for severity in SEVERITIES
    ]
    return html.Div(
        [
            html.Div(severities, className="filter-severities", role="group", **parts.label(say("desk.level"))),
            _select("domain", say("desk.domain"), {name: say(f"domain.{name}") for name in DOMAINS}, say),
            _select("district", say("desk.district"), {}, say),
            _select("stand", say("desk.state"), {name: say(f"desk.stand_{name}") for name in STANDS[1:]}, say),
            html.Button(
                say("desk.mine"), className="filter-toggle", **parts.aria("pressed", "false"), **parts.hook("mine")
            ),
            dcc.Input(id=Ids.SEARCH, type="search", placeholder=say("desk.search"), className="filter-search"),
            html.Button(say("desk.clear"), className="quiet-button filter-clear", hidden=True, **parts.hook("clear")),
        ],
        className="filters",
        role="search",
    )


def _select(name: str, title: str, words: dict[str, str], say: Speak) -> html.Select:
    options = [html.Option(say("desk.all_of", what=title), value="")]
    options += [html.Option(word, value=value) for value, word in words.items()]
    return html.Select(options, className="filter-select", **parts.hook("select", name), **parts.label(title))


def _bulk(say: Speak) -> html.Div:
    return html.Div(
        [
            html.B(**parts.hook("marked")),
            html.Button([say("desk.bulk"), html.Kbd("B")], className="act act-acknowledge", **parts.hook("bulk")),
            html.Button(say("desk.unmark"), className="quiet-button", **parts.hook("unmark")),
            html.Div(className="bulk-result", role="status", **parts.hook("bulk-result")),
        ],
        className="bulk",
        hidden=True,
        **parts.hook("bulk-bar"),
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


def _panel(say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div(
                [html.P(say("desk.choose")), html.P(say("desk.choose_hint"), className="hint")],
                className="panel-empty",
            ),
            html.Div(
                [
                    html.Button(["‹ ", say("desk.back_to_queue")], className="panel-back", **parts.hook("back")),
                    html.Div(id=Ids.HEAD, className="panel-head"),
                    html.Div(
                        [
                            html.Div(id=Ids.ACTS, className="acts", role="toolbar", **parts.label(say("desk.actions"))),
                            html.Div(
                                [
                                    html.Div(id=Ids.MESSAGE, className="acknowledge-message", role="status"),
                                    html.Button(className="undo", hidden=True, **parts.hook("undo")),
                                ],
                                className="act-result",
                            ),
                        ],
                        className="panel-action",
                    ),
                    html.Div(id=Ids.FACTS, className="panel-facts"),
                    _part(say("desk.guidance"), html.Ol(id=Ids.STEPS, className="steps"), "part-steps"),
                    parts.graph("panel-chart", id=Ids.CHART),
                    _around(say),
                    html.Div(
                        [
                            _part(say("desk.near"), html.Ol(id=Ids.NEAR, className="near-alerts")),
                            _part(say("desk.past"), html.Ol(id=Ids.PAST, className="past-alerts")),
                        ],
                        className="panel-pair",
                    ),
                    _part(say("desk.history"), html.Ol(id=Ids.EVENTS, className="panel-events")),
                ],
                className="panel-content",
            ),
        ],
        id=Ids.PANEL,
        className="desk-panel is-empty",
        tabIndex=0,
        **parts.label(say("desk.panel")),
    )


def _part(title: str, content: Any, extra: str = "") -> html.Section:
    return html.Section([html.H3(title), content], className=f"part {extra}".strip())


def _around(say: Speak) -> html.Div:
    radii = dcc.RadioItems(
        id=Ids.RADIUS,
        options=[{"label": f"{radius} km", "value": radius} for radius in placemap.RADII],
        value=placemap.RADII[1],
        inline=True,
        className="span-select",
    )
    return html.Div(
        [
            parts.graph("panel-map", id=Ids.MAP),
            html.Section(
                [
                    html.Div([html.H3(say("desk.resources")), radii], className="part-head"),
                    html.Ol(id=Ids.PLACES, className="places"),
                ],
                className="part",
            ),
        ],
        className="panel-pair panel-around",
    )


def _form(say: Speak) -> html.Dialog:
    """Return the one small form of all actions: only the fields that the action asks for are shown."""
    shelves = [html.Option(value=str(minutes)) for minutes in SHELVES]
    return html.Dialog(
        html.Form(
            [
                html.Div([html.H2(**parts.hook("form-title")), parts.language_links()], className="form-head"),
                html.P(className="form-lead", **parts.hook("form-lead")),
                html.Label(
                    [say("desk.field_until"), html.Select(shelves, id=Ids.UNTIL)],
                    className="field",
                    **parts.hook("field", "until"),
                ),
                html.Label(
                    [say("desk.field_to"), html.Select(id=Ids.PERSON)], className="field", **parts.hook("field", "to")
                ),
                html.Label(
                    [
                        html.Span(**parts.hook("form-label")),
                        html.Textarea(id=Ids.REASON, rows=3, maxLength=LONGEST_TEXT),
                    ],
                    className="field",
                    **parts.hook("field", "reason"),
                ),
                html.P(role="alert", className="form-error", **parts.hook("form-error")),
                html.Div(
                    [
                        html.Small(say("desk.form_hint"), className="hint"),
                        html.Button(
                            say("desk.cancel"), type="button", className="quiet-button", **parts.hook("form-cancel")
                        ),
                        html.Button(type="submit", className="act act-acknowledge", **parts.hook("form-submit")),
                    ],
                    className="form-buttons",
                ),
            ]
        ),
        id=Ids.FORM,
        className="dialog",
        **parts.label(say("desk.actions")),
    )


def _alarm(say: Speak) -> html.Dialog:
    """Return what an officer can ask of the alarm (assets/pages/desk/alarm.js)."""
    return html.Dialog(
        [
            html.H2(say("alarm.open")),
            html.P(say("alarm.what"), className="hint"),
            html.P(**parts.hook("sound-words")),
            parts.sound_check(say),
            html.H2(say("alarm.notices")),
            html.P(**parts.hook("notice-words")),
            html.Button(className="quiet-button", type="button", **parts.hook("notice")),
            html.Form(html.Button(say("desk.shut"), className="quiet-button"), method="dialog", className="alarm-shut"),
        ],
        id=Ids.ALARM,
        className="dialog",
        **parts.label(say("alarm.open")),
    )


def _keys(say: Speak) -> html.Dialog:
    rows = [html.Li([html.Kbd(key), html.Span(say(f"desk.key_{name}"))]) for key, name in KEYS]
    return html.Dialog(
        [
            html.H2(say("desk.keys_title")),
            html.Ul(rows, className="key-list"),
            html.Form(html.Button(say("desk.shut"), className="quiet-button"), method="dialog"),
        ],
        id=Ids.KEYS,
        className="dialog dialog-keys",
        **parts.label(say("desk.keys_title")),
    )
