"""`/sensors`: every device, what became of what it said, its curves, and the messages that could not be stored."""

from dash import Input, Output, State

from dashboard.pages import register_page
from dashboard.pages.sensors import callbacks, registry, senders
from dashboard.pages.sensors.ids import Ids
from dashboard.pages.sensors.page import layout
from dashboard.ui.dash_app import Shell

__all__ = ["Ids", "layout", "register"]


def register(shell: Shell) -> None:
    """Make the page and its callbacks known to Dash."""
    register_page("sensors", layout)
    shell.callback(
        Output(Ids.ADDRESS, "search"),
        Output(Ids.VIEW, "value"),
        Input(Ids.GRID, "selectedRows"),
        Input(Ids.SPAN, "value"),
        Input(Ids.VIEW, "value"),
        State(Ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )(callbacks.choose)
    shell.callback(
        Output(Ids.TITLE, "children"),
        Output(Ids.CHARTS, "children"),
        Input(Ids.ADDRESS, "search"),
    )(callbacks.show_sensor)
    shell.callback(Output(Ids.STRIP, "children"), Input(Ids.TICK, "n_intervals"))(callbacks.show_strip)
    _register_table(shell)
    registry.register(shell)
    senders.register(shell)


def _register_table(shell: Shell) -> None:
    shell.callback(
        Output(Ids.TABLE, "children"),
        Output(Ids.TABLE, "hidden"),
        Output(Ids.CHART_BOX, "hidden"),
        Output(Ids.REPLAY_FIELD, "options"),
        Output(Ids.REPLAY_BOX, "hidden"),
        Input(Ids.VIEW, "value"),
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.MESSAGE, "children"),
        Input(Ids.BLOCK_MESSAGE, "children"),
    )(callbacks.show_view)
    shell.callback(
        Output(Ids.MESSAGE, "children"),
        Input(Ids.REPLAY, "n_clicks"),
        State(Ids.REPLAY_FIELD, "value"),
        prevent_initial_call=True,
    )(callbacks.replay)
