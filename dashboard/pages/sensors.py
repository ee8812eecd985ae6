"""`/sensors`: every device, one of them with its charts, and the messages that could not be stored."""

from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlencode

import dash
import dash_ag_grid
from dash import Input, Output, State, dcc, html

from cityops.clock import utc_now
from cityops.storage.dead_letters import count_dead_letters, dead_letter_frame
from cityops.storage.registry import sensor_frame
from dashboard import parts, texts
from dashboard.figures import history_chart
from dashboard.history import Span, limits, measured_metrics, read_history, recorded_span
from dashboard.pages import register_page
from dashboard.pages.desk_panel import when
from dashboard.parts import Speak
from dashboard.shell import Shell
from dashboard.visit import Visit, language, require_role, visit

PATH = "/sensors"
MOST_LETTERS = 50


class Ids(StrEnum):
    """The ids of this page."""

    ADDRESS = "sensors-address"
    SEARCH = "sensors-search-input"
    GRID = "sensors-grid"
    SPAN = "sensors-span-select"
    TITLE = "sensors-chosen-title"
    CHARTS = "sensors-charts"
    LETTERS = "sensors-dead-letters"
    LETTER_COUNT = "sensors-dead-letter-count"
    TICK = "sensors-tick"


def register(shell: Shell) -> None:
    """Make the page and its callbacks known to Dash."""
    register_page("sensors", layout)
    shell.callback(
        Output(Ids.ADDRESS, "search"),
        Input(Ids.GRID, "selectedRows"),
        Input(Ids.SPAN, "value"),
        State(Ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )(choose)
    shell.callback(
        Output(Ids.TITLE, "children"),
        Output(Ids.CHARTS, "children"),
        Input(Ids.ADDRESS, "search"),
    )(show_sensor)
    shell.callback(
        Output(Ids.LETTERS, "children"),
        Output(Ids.LETTER_COUNT, "children"),
        Input(Ids.TICK, "n_intervals"),
    )(show_letters)


def layout(span: str = Span.DAY.value, **_: str) -> html.Div:
    """Return the page, empty. The list is filled in the browser from the API (assets/sensors.js)."""
    say = texts.speaker(language())
    return html.Div(
        [
            parts.page_bar("sensors"),
            html.Main([_list(say), _chosen(say, span)], className="sensors-main"),
            parts.banner(),
            dcc.Location(id=Ids.ADDRESS, refresh=False),
            dcc.Interval(id=Ids.TICK, interval=15_000),
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
        {"field": "name", "headerName": say("sensors.name"), "flex": 3, "minWidth": 150},
        {"field": "kind", "headerName": say("sensors.kind"), "flex": 2, "minWidth": 110},
        {"field": "place", "headerName": say("sensors.area"), "flex": 3, "minWidth": 130},
        {"field": "status_text", "headerName": say("sensors.status"), "width": 120, "cellRenderer": "SensorStatus"},
        {"field": "value", "headerName": say("sensors.value"), "width": 130},
        {"field": "at", "headerName": say("sensors.age"), "width": 110, "cellRenderer": "SensorAge"},
        {"field": "id", "headerName": say("sensors.id"), "flex": 2, "minWidth": 120},
    ]


def _chosen(say: Speak, span: str) -> html.Section:
    chosen = span if span in [*Span] else Span.DAY.value
    return html.Section(
        [
            html.Div(
                [
                    html.Div(id=Ids.TITLE, className="chosen-title"),
                    dcc.RadioItems(
                        id=Ids.SPAN,
                        options=[{"label": say(f"sensors.{one}"), "value": one.value} for one in Span],
                        value=chosen,
                        inline=True,
                        className="span-select",
                    ),
                ],
                className="chosen-bar",
            ),
            html.Div(id=Ids.CHARTS, className="charts"),
            html.Div(
                [
                    html.H2([say("sensors.dead_letters"), html.Small(id=Ids.LETTER_COUNT)]),
                    html.Div(id=Ids.LETTERS, className="letters-scroll"),
                ],
                className="letters card",
            ),
        ],
        className="sensors-chosen",
    )


@require_role("viewer")
def choose(selected: list[dict[str, Any]] | None, span: str, search: str | None) -> Any:
    """Put sensor and span into the address, which can be sent to a colleague."""
    known = {name: values[0] for name, values in parse_qs((search or "").lstrip("?")).items()}
    wanted = {**known, "span": span}
    if selected:
        wanted["sensor"] = selected[0]["id"]
    return dash.no_update if wanted == known else "?" + urlencode(wanted)


@require_role("viewer")
def show_sensor(search: str | None) -> tuple[Any, Any]:
    """Draw one chart for each metric of the sensor in the address."""
    query = parse_qs((search or "").lstrip("?"))
    sensor_id = query.get("sensor", [""])[0]
    here = visit()
    say = texts.speaker(here.language)
    if not sensor_id:
        return "", html.P(say("sensors.choose"), className="panel-empty")
    wish = query.get("span", [""])[0]
    return _draw_sensor(sensor_id, Span(wish) if wish in [*Span] else Span.DAY, here, say)


def _draw_sensor(sensor_id: str, span: Span, here: Visit, say: Speak) -> tuple[Any, Any]:
    catalogue = here.site.catalogue
    with here.site.database.transaction() as tx:
        sensors = sensor_frame(tx)
        found = sensors[sensors["sensor_id"] == sensor_id].to_dict("records")
        if not found or found[0]["kind"] not in catalogue.kind:
            return "", html.P(say("sensors.unknown", sensor=sensor_id), className="panel-empty")
        kind = catalogue.kind[found[0]["kind"]]
        measured = measured_metrics(tx, sensor_id)
        shown = [name for name in kind.metrics if name in measured] or [kind.headline]
        start, end = limits(span, recorded=recorded_span(tx, sensor_id), now=utc_now())
        histories = {name: read_history(tx, sensor_id, name, start=start, end=end) for name in shown}
    gap = max(timedelta(seconds=6 * kind.interval), (end - start) / 48)
    charts = [
        parts.graph(
            "chart",
            figure=history_chart(
                history, catalogue.metric[name], language=here.language, zone=here.site.settings.zone, gap=gap
            ),
        )
        for name, history in histories.items()
    ]
    title = [html.H2(found[0]["name"]), html.Small(f"{kind.name.in_language(here.language)} · {sensor_id}")]
    return title, charts


@require_role("viewer")
def show_letters(_ticks: int | None) -> tuple[Any, Any]:
    """List the newest messages that could not be stored, with the field and the reason."""
    here = visit()
    say = texts.speaker(here.language)
    with here.site.database.transaction() as tx:
        letters = dead_letter_frame(tx, limit=MOST_LETTERS)
        count = count_dead_letters(tx, since=utc_now() - timedelta(days=1))
    total = say("sensors.dead_count", count=count)
    if letters.empty:
        return html.P(say("sensors.none_dead"), className="hint"), total
    heads = [say(f"sensors.dead_{name}") for name in ("time", "field", "reason", "topic")]
    rows = [
        html.Tr(
            [
                html.Td(when(letter["received_at"], here.site.settings.zone)),
                html.Td(letter["field"]),
                html.Td(letter["reason"]),
                html.Td(letter["topic"]),
            ]
        )
        for letter in letters.to_dict("records")
    ]
    return html.Table([html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(rows)]), total
