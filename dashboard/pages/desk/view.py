"""The layout of `/desk`: the queue, the panel of the chosen alert, the dialogs."""

from typing import Any

from dash import dcc, html

from alerts.board.actions import UNDO_WITHIN
from alerts.board.bulk import MOST_AT_ONCE
from cityops.accounts.roles import Role
from dashboard import texts
from dashboard.pages.desk import alarm_dialog, dialogs
from dashboard.pages.desk.ids import Ids
from dashboard.pages.desk.queue_view import queue
from dashboard.ui import components, place_map
from dashboard.ui.components import Speak
from dashboard.web.request_context import current, language


def layout(**_: str) -> html.Div:
    """Return the page, empty."""
    say, here = texts.speaker(language()), current.get()
    user = here.user if here else None
    return html.Div(
        [
            components.page_bar("/desk"),
            components.outside_warnings(),
            html.Main([queue(say), _panel(say)], className="desk-main"),
            components.banner(),
            dialogs.action_form(say),
            alarm_dialog.alarm_dialog(say),
            alarm_dialog.key_list(say),
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
                    _acts(say),
                    html.Div(id=Ids.FACTS, className="panel-facts"),
                    _part(say("desk.guidance"), html.Ol(id=Ids.STEPS, className="steps"), "part-steps"),
                    components.graph("panel-chart", id=Ids.CHART),
                    _around(say),
                    _compared(say),
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


def _acts(say: Speak) -> html.Div:
    return html.Div(
        [
            html.Div(id=Ids.ACTS, className="acts", role="toolbar", **components.label(say("desk.actions"))),
            html.Div(
                [
                    html.Div(id=Ids.MESSAGE, className="acknowledge-message", role="status"),
                    html.Button(className="undo", hidden=True, **components.hook("undo")),
                ],
                className="act-result",
            ),
        ],
        className="panel-action",
    )


def _part(title: str, content: Any, extra: str = "") -> html.Section:
    return html.Section([html.H3(title), content], className=f"part {extra}".strip())


def _compared(say: Speak) -> html.Div:
    return html.Div(
        [
            _part(say("desk.near"), html.Ol(id=Ids.NEAR, className="near-alerts")),
            _part(say("desk.past"), html.Ol(id=Ids.PAST, className="past-alerts")),
        ],
        className="panel-pair",
    )


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
