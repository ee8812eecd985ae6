"""The layout of `/desk`: the queue with its filters, the panel, the form of an action, the list of keys."""

from typing import Any

import dash_ag_grid
from dash import dcc, html

from alerts.board.actions import LONGEST_TEXT, UNDO_WITHIN
from alerts.board.bulk import MOST_AT_ONCE
from cityops.accounts.authentication import Role
from dashboard import texts
from dashboard.pages.desk.ids import Ids
from dashboard.theme import SEVERITIES
from dashboard.ui import components, place_map
from dashboard.ui.components import Speak
from dashboard.web.request_context import catalogue, current, language

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
            components.page_bar("/desk"),
            html.Main([_queue(say), _panel(say)], className="desk-main"),
            components.banner(),
            _form(say),
            _alarm(say),
            _keys(say),
            dcc.Store(id=Ids.CHOSEN),
            dcc.Store(id=Ids.REFRESH),
        ],
        className="desk",
        **components.hook("live"),
        **components.hook("alarm"),
        **components.hook("me", user.name if user else ""),
        **components.hook("may-act", "yes" if user and user.role.includes(Role.OFFICER) else ""),
        **components.hook("undo-seconds", f"{UNDO_WITHIN.total_seconds():g}"),
        **components.hook("most-at-once", str(MOST_AT_ONCE)),
    )


def _queue(say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div(
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
            ),
            components.sound_blocked(say),
            _filters(say),
            _bulk(say),
            _grid(say),
            html.Div(className="unseen", role="status", **components.hook("announce")),
        ],
        className="desk-queue",
    )


def _filters(say: Speak) -> html.Div:
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
    return html.Div(
        [
            html.Div(severities, className="filter-severities", role="group", **components.label(say("desk.level"))),
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


def _panel(say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div(
                [html.P(say("desk.choose")), html.P(say("desk.choose_hint"), className="hint")],
                className="panel-empty",
            ),
            html.Div(
                [
                    html.Button(["‹ ", say("desk.back_to_queue")], className="panel-back", **components.hook("back")),
                    html.Div(id=Ids.HEAD, className="panel-head"),
                    html.Div(
                        [
                            html.Div(
                                id=Ids.ACTS, className="acts", role="toolbar", **components.label(say("desk.actions"))
                            ),
                            html.Div(
                                [
                                    html.Div(id=Ids.MESSAGE, className="acknowledge-message", role="status"),
                                    html.Button(className="undo", hidden=True, **components.hook("undo")),
                                ],
                                className="act-result",
                            ),
                        ],
                        className="panel-action",
                    ),
                    html.Div(id=Ids.FACTS, className="panel-facts"),
                    _part(say("desk.guidance"), html.Ol(id=Ids.STEPS, className="steps"), "part-steps"),
                    components.graph("panel-chart", id=Ids.CHART),
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
        **components.label(say("desk.panel")),
    )


def _part(title: str, content: Any, extra: str = "") -> html.Section:
    return html.Section([html.H3(title), content], className=f"part {extra}".strip())


def _around(say: Speak) -> html.Div:
    radii = dcc.RadioItems(
        id=Ids.RADIUS,
        options=[{"label": f"{radius} km", "value": radius} for radius in place_map.RADII],
        value=place_map.RADII[1],
        inline=True,
        className="span-select",
    )
    return html.Div(
        [
            components.graph("panel-map", id=Ids.MAP),
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
                html.Div(
                    [html.H2(**components.hook("form-title")), components.language_links()], className="form-head"
                ),
                html.P(className="form-lead", **components.hook("form-lead")),
                html.Label(
                    [say("desk.field_until"), html.Select(shelves, id=Ids.UNTIL)],
                    className="field",
                    **components.hook("field", "until"),
                ),
                html.Label(
                    [say("desk.field_to"), html.Select(id=Ids.PERSON)],
                    className="field",
                    **components.hook("field", "to"),
                ),
                html.Label(
                    [
                        html.Span(**components.hook("form-label")),
                        html.Textarea(id=Ids.REASON, rows=3, maxLength=LONGEST_TEXT),
                    ],
                    className="field",
                    **components.hook("field", "reason"),
                ),
                html.P(role="alert", className="form-error", **components.hook("form-error")),
                html.Div(
                    [
                        html.Small(say("desk.form_hint"), className="hint"),
                        html.Button(
                            say("desk.cancel"),
                            type="button",
                            className="quiet-button",
                            **components.hook("form-cancel"),
                        ),
                        html.Button(type="submit", className="act act-acknowledge", **components.hook("form-submit")),
                    ],
                    className="form-buttons",
                ),
            ]
        ),
        id=Ids.FORM,
        className="dialog",
        **components.label(say("desk.actions")),
    )


def _alarm(say: Speak) -> html.Dialog:
    """Return what an officer can ask of the alarm (assets/pages/desk/alarm.js)."""
    return html.Dialog(
        [
            html.H2(say("alarm.open")),
            html.P(say("alarm.what"), className="hint"),
            html.P(**components.hook("sound-words")),
            components.sound_check(say),
            html.H2(say("alarm.notices")),
            html.P(**components.hook("notice-words")),
            html.Button(className="quiet-button", type="button", **components.hook("notice")),
            html.Form(html.Button(say("desk.shut"), className="quiet-button"), method="dialog", className="alarm-shut"),
        ],
        id=Ids.ALARM,
        className="dialog",
        **components.label(say("alarm.open")),
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
        **components.label(say("desk.keys_title")),
    )
