"""The layout of `/sensors`: the list of devices, and of the chosen one its curves or a table of facts."""

from typing import Any

import dash_ag_grid
from dash import dcc, html

from dashboard import texts
from dashboard.city.past.history import HistorySpan
from dashboard.pages.sensors import registry, senders
from dashboard.pages.sensors.act_box import act_box, chooser
from dashboard.pages.sensors.ids import Ids, SensorsView
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.web.request_context import language

EVERY = 15_000  # ms


def layout(span: str = HistorySpan.DAY.value, view: str = "", sensor: str = "", **_: str) -> html.Div:
    """Return the page, empty. The list is filled in the browser from the API (assets/pages/sensors.js)."""
    say = texts.speaker(language())
    shown = view if view in [*SensorsView] else (SensorsView.CHART if sensor else SensorsView.MAINTENANCE).value
    return html.Div(
        [
            components.page_bar("/sensors"),
            html.Section(id=Ids.STRIP, className="sensors-strip", **components.label(say("sensors.strip"))),
            html.Main([_list(say), _chosen(say, span, shown)], className="sensors-main"),
            components.banner(),
            dcc.Location(id=Ids.ADDRESS, refresh=False),
            dcc.Interval(id=Ids.TICK, interval=EVERY),
        ],
        className="sensors",
    )


def _list(say: Speak) -> html.Section:
    return html.Section(
        [
            html.H1(say("sensors.title")),
            dcc.Input(id=Ids.SEARCH, type="search", placeholder=say("sensors.search"), className="search"),
            dash_ag_grid.AgGrid(
                id=Ids.GRID,
                rowData=[],
                columnDefs=_columns(say),
                getRowId="params.data.id",
                className="ag-theme-alpine-dark sensor-list",
                dashGridOptions={
                    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
                    "suppressCellFocus": True,
                    "animateRows": False,
                    "includeHiddenColumnsInQuickFilter": True,
                    "localeText": {"noRowsToShow": say("common.no_data")},
                },
                defaultColDef={"resizable": True, "sortable": True, "suppressMovable": True},
                style={"height": "100%", "width": "100%"},
            ),
        ],
        className="sensors-list",
    )


def _columns(say: Speak) -> list[dict[str, Any]]:
    return [
        {"field": "search", "hide": True},
        {"field": "name", "headerName": say("sensors.name"), "flex": 3, "minWidth": 150, **_in_order("name")},
        {"field": "kind", "headerName": say("sensors.kind"), "flex": 2, "minWidth": 110, **_in_order("kind")},
        {"field": "place", "headerName": say("sensors.area"), "flex": 3, "minWidth": 130, **_in_order("place")},
        {"field": "status_text", "headerName": say("sensors.status"), "width": 120, "cellRenderer": "SensorStatus"},
        {"field": "value", "headerName": say("sensors.value"), "width": 130},
        {"field": "at", "headerName": say("sensors.age"), "width": 110, "cellRenderer": "SensorAge"},
        {"field": "id", "headerName": say("sensors.id"), "flex": 2, "minWidth": 120},
    ]


def _in_order(field: str) -> dict[str, Any]:
    """Return how a column of names is sorted: by the places that the server gives them (`sensor_rows`)."""
    return {"comparator": {"function": f"{field}InOrder"}}


def _chosen(say: Speak, span: str, view: str) -> html.Section:
    is_chart = view == SensorsView.CHART
    return html.Section(
        [
            _choice(
                Ids.VIEW, say("sensors.view"), {one.value: say(f"sensors.view_{one}") for one in SensorsView}, view
            ),
            html.Div([_chart_bar(say, span), html.Div(id=Ids.CHARTS, className="charts")], id=Ids.CHART_BOX,
                     hidden=not is_chart, className="chart-box"),
            _replay(say),
            registry.change_box(say),
            senders.block_box(say),
            html.Div(id=Ids.TABLE, hidden=is_chart, className="fact-box"),
        ],
        className="sensors-chosen",
    )  # fmt: skip


def _chart_bar(say: Speak, span: str) -> html.Div:
    chosen = span if span in [*HistorySpan] else HistorySpan.DAY.value
    spans = {one.value: say(f"sensors.{one}") for one in HistorySpan}
    return html.Div(
        [html.Div(id=Ids.TITLE, className="chosen-title"), _choice(Ids.SPAN, say("sensors.span"), spans, chosen)],
        className="chosen-bar",
    )


def _choice(name: Ids, title: str, words: dict[str, str], chosen: str) -> html.Div:
    options = [{"label": label, "value": value} for value, label in words.items()]
    buttons = dcc.RadioItems(id=name, options=options, value=chosen, inline=True, className="span-select")
    return components.group(title, buttons, className="choice")


def _replay(say: Speak) -> html.Div:
    """Return how a supervisor has letters processed once more."""
    return act_box(
        Ids.REPLAY_BOX,
        say("sensors.replay_lead"),
        [chooser(Ids.REPLAY_FIELD, say("sensors.choose_field"))],
        [(Ids.REPLAY, say("sensors.replay"))],
        message=Ids.MESSAGE,
    )
