"""`/desk`: the queue of open alerts, and one alert with everything to decide on it.

The queue is filled in the browser from `/live`, and what people do goes from there to the API (assets/desk).
Callbacks fill the panel of the chosen alert.
"""

from dash import Input, Output

from dashboard.pages import register_page
from dashboard.pages.desk import callbacks
from dashboard.pages.desk.ids import Ids
from dashboard.pages.desk.view import layout
from dashboard.ui.dash_app import Shell

__all__ = ["Ids", "layout", "register"]


def register(shell: Shell) -> None:
    """Make the page and its callbacks known to Dash."""
    register_page("desk", layout)
    shell.callback(
        {
            "panel": Output(Ids.PANEL, "className"),
            "head": Output(Ids.HEAD, "children"),
            "acts": Output(Ids.ACTS, "children"),
            "facts": Output(Ids.FACTS, "children"),
            "steps": Output(Ids.STEPS, "children"),
            "near": Output(Ids.NEAR, "children"),
            "past": Output(Ids.PAST, "children"),
            "events": Output(Ids.EVENTS, "children"),
            "people": Output(Ids.PERSON, "children"),
        },
        Input(Ids.CHOSEN, "data"),
        Input(Ids.REFRESH, "data"),
        prevent_initial_call=True,
    )(callbacks.show_alert)
    shell.callback(
        Output(Ids.CHART, "figure"),
        Input(Ids.CHOSEN, "data"),
        Input(Ids.REFRESH, "data"),
        prevent_initial_call=True,
    )(callbacks.show_chart)
    shell.callback(
        Output(Ids.MAP, "figure"),
        Output(Ids.PLACES, "children"),
        Input(Ids.CHOSEN, "data"),
        Input(Ids.RADIUS, "value"),
        prevent_initial_call=True,
    )(callbacks.show_place)
