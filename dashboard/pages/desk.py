"""`/desk`: the queue of open alerts, and one alert with everything to decide on it.

The queue is filled in the browser from `/live` (assets/desk.js). Callbacks serve what a person clicks.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any

import dash
import dash_ag_grid
from dash import Input, Output, State, dcc, html

from alerts import actions, store
from alerts.errors import AlertChanged, AlertUnknown, LostRace
from cityops.accounts import Role
from cityops.clock import utc_now
from dashboard import parts, texts
from dashboard.citymap import place_map
from dashboard.figures import history_chart
from dashboard.history import read_history
from dashboard.pages import desk_panel, register_page
from dashboard.parts import Speak
from dashboard.shell import Shell
from dashboard.visit import language, require_role, visit

CHART_SPAN = timedelta(hours=6)


class Ids(StrEnum):
    """The ids of this page."""

    GRID = "desk-alert-grid"
    SHOWN = "desk-shown-store"  # {"alert", "version"}: what the person sees, and acts on
    REFRESH = "desk-refresh-store"  # changed by the browser when the shown alert changed
    RESULT = "desk-result-store"  # what came of the last action: {"alert", "key", "winner"}
    HEAD = "desk-alert-head"
    FACTS = "desk-alert-facts"
    CHART = "desk-alert-chart"
    MAP = "desk-alert-map"
    EVENTS = "desk-alert-events"
    BUTTON = "desk-acknowledge-button"
    MESSAGE = "desk-acknowledge-message"
    PANEL = "desk-alert-panel"


def register(shell: Shell) -> None:
    """Make the page and its callbacks known to Dash."""
    register_page("desk", layout)
    shell.callback(
        {
            "shown": Output(Ids.SHOWN, "data"),
            "head": Output(Ids.HEAD, "children"),
            "facts": Output(Ids.FACTS, "children"),
            "chart": Output(Ids.CHART, "figure"),
            "map": Output(Ids.MAP, "figure"),
            "events": Output(Ids.EVENTS, "children"),
            "disabled": Output(Ids.BUTTON, "disabled"),
            "panel": Output(Ids.PANEL, "className"),
            "message": Output(Ids.MESSAGE, "children"),
        },
        Input(Ids.GRID, "selectedRows"),
        Input(Ids.REFRESH, "data"),
        Input(Ids.RESULT, "data"),
        State(Ids.SHOWN, "data"),
        prevent_initial_call=True,
    )(show_alert)
    shell.callback(
        Output(Ids.RESULT, "data"),
        Input(Ids.BUTTON, "n_clicks"),
        State(Ids.SHOWN, "data"),
        prevent_initial_call=True,
    )(acknowledge)


def layout(**_: str) -> html.Div:
    """Return the page, empty."""
    say = texts.speaker(language())
    return html.Div(
        [
            parts.page_bar("desk"),
            html.Main([_queue(say), _panel(say)], className="desk-main"),
            parts.banner(),
            dcc.Store(id=Ids.SHOWN),
            dcc.Store(id=Ids.REFRESH),
            dcc.Store(id=Ids.RESULT),
        ],
        className="desk",
        **parts.hook("live"),
    )


def _queue(say: Speak) -> html.Section:
    return html.Section(
        [
            html.H1([say("desk.queue"), html.Span(className="queue-counts", **parts.hook("queue-counts"))]),
            dash_ag_grid.AgGrid(
                id=Ids.GRID,
                rowData=[],
                columnDefs=_columns(say),
                getRowId="params.data.id",
                className="ag-theme-alpine-dark queue",
                dashGridOptions={
                    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
                    "suppressCellFocus": True,
                    "animateRows": False,
                    "rowHeight": 52,
                    "headerHeight": 38,
                    "localeText": {"noRowsToShow": say("common.no_data")},
                },
                defaultColDef={"resizable": True, "sortable": True, "suppressMovable": True},
                style={"height": "100%", "width": "100%"},
            ),
        ],
        className="desk-queue",
    )


def _columns(say: Speak) -> list[dict[str, Any]]:
    """Hidden columns first: nobody has it, then severity, then the one that waits longest."""
    title, place = ("title_en", "place_en") if language() == "en" else ("title_zh", "place_zh")
    return [
        {"field": "acknowledged", "hide": True, "sort": "asc", "sortIndex": 0},
        {
            "field": "severity",
            "headerName": say("desk.level"),
            "width": 92,
            "sort": "asc",
            "sortIndex": 1,
            "cellRenderer": "SeverityMark",
        },
        {"field": title, "headerName": say("desk.title"), "flex": 3, "minWidth": 150, "cellRenderer": "AlertTitle"},
        {"field": place, "headerName": say("desk.where"), "flex": 3, "minWidth": 150, "cellRenderer": "AlertPlace"},
        {"field": "value", "headerName": say("desk.value"), "flex": 2, "minWidth": 130, "cellRenderer": "AlertValue"},
        {
            "field": "opened",
            "headerName": say("desk.age"),
            "width": 110,
            "sort": "asc",
            "sortIndex": 2,
            "cellRenderer": "AlertAge",
        },
        {"field": "state", "headerName": say("desk.state"), "flex": 2, "minWidth": 130, "cellRenderer": "AlertState"},
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
                    html.Div(id=Ids.HEAD, className="panel-head"),
                    html.Div(
                        [
                            html.Button(
                                [say("desk.acknowledge"), html.Kbd(say("desk.key"))],
                                id=Ids.BUTTON,
                                className="acknowledge-button",
                                disabled=True,
                            ),
                            html.Div(id=Ids.MESSAGE, className="acknowledge-message", role="status"),
                        ],
                        className="panel-action",
                    ),
                    html.Div(id=Ids.FACTS, className="panel-facts"),
                    parts.graph("panel-chart", id=Ids.CHART),
                    html.Div(
                        [
                            parts.graph("panel-map", id=Ids.MAP),
                            html.Div(
                                [html.H3(say("desk.history")), html.Ol(id=Ids.EVENTS, className="panel-events")],
                                className="panel-history",
                            ),
                        ],
                        className="panel-lower",
                    ),
                ],
                className="panel-content",
            ),
        ],
        id=Ids.PANEL,
        className="desk-panel is-empty",
    )


@require_role("viewer")
def show_alert(
    selected: list[dict[str, Any]] | None,
    _refresh: object,
    result: dict[str, Any] | None,
    shown: dict[str, Any] | None,
) -> dict[str, Any]:
    """Show the selected alert as it is in the database now; when it is closed, say so and keep the rest."""
    alert_id = int(selected[0]["id"]) if selected else int(shown["alert"]) if shown else None
    if alert_id is None:
        raise dash.exceptions.PreventUpdate
    here = visit()
    say = texts.speaker(here.language)
    now = utc_now()
    with here.site.database.transaction() as tx:
        alerts = store.open_alerts(tx)
        events = store.alert_events(tx, alert_id)
        found = alerts[alerts["alert_id"] == alert_id].to_dict("records")
        if not found:
            message = desk_panel.message(result, alert_id, allowed=True, say=say)
            return desk_panel.closed(events, message, say=say, zone=here.site.settings.zone)
        alert = found[0]
        history = read_history(tx, alert["sensor_id"], alert["metric"], start=now - CHART_SPAN, end=now)
    catalogue, severity = here.site.catalogue, int(alert["severity"])
    registry = here.site.live.part("")
    return {
        "shown": {"alert": alert_id, "version": int(alert["version"])},
        "head": desk_panel.head(alert, say=say, language=here.language),
        "facts": desk_panel.facts(alert, say=say, here=here),
        "chart": history_chart(
            history,
            catalogue.metric[alert["metric"]],
            language=here.language,
            zone=here.site.settings.zone,
            limit=alert["limit_value"],
            severity=severity,
            gap=CHART_SPAN / 24,
        ).update_layout(uirevision=str(alert_id)),
        "map": dash.no_update
        if registry is None or (shown and shown["alert"] == alert_id)
        else place_map(alert["lon"], alert["lat"], severity=severity, registry=registry),
        "events": desk_panel.events(events, say=say, zone=here.site.settings.zone),
        "disabled": bool(alert["acknowledged"]) or not here.allows(Role.OFFICER),
        "panel": "desk-panel",
        "message": desk_panel.message(result, alert_id, allowed=here.allows(Role.OFFICER), say=say),
    }


@require_role("officer")
def acknowledge(_clicks: int, shown: dict[str, Any] | None) -> dict[str, Any]:
    """Take the alert as it was shown. The loser of a race is told at once who won."""
    if not shown:
        raise dash.exceptions.PreventUpdate
    here, now = visit(), utc_now()
    result: dict[str, Any] = {
        "alert": int(shown["alert"]),
        "key": "acknowledged",
        "winner": "",
        "at": now.timestamp(),
    }
    try:
        with here.site.database.transaction() as tx:
            actions.acknowledge(tx, result["alert"], version=int(shown["version"]), actor=here.person.name, now=now)
    except LostRace as lost:
        result |= {"key": "lost", "winner": lost.winner}
    except AlertChanged:
        result["key"] = "changed"
    except AlertUnknown:
        result["key"] = "closed"
    return result
