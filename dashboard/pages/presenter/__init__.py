"""`/presenter`: what the presenter tells the simulated city, and what to say to it. Only in the demo.

The simulator is not called: page and simulator meet in the database (cityops.storage.operations.scenarios).
"""

from enum import StrEnum
from typing import Any

import dash
from dash import ALL, Input, Output, State, dcc, html

from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.scenarios import LEAD_IN
from cityops.storage import Transaction
from cityops.storage.operations import scenarios
from dashboard import texts
from dashboard.pages import register_page
from dashboard.pages.presenter import view
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.ui.dash_app import Shell
from dashboard.web.request_context import language, require_role, visit

EVERY = 1000  # milliseconds between two looks


class Ids(StrEnum):
    """The ids of this page."""

    TICK = "presenter-tick"
    CARDS = "presenter-cards"
    DRAWN = "presenter-drawn-store"  # what the cards show, so that they are drawn anew only when it changes
    RESULT = "presenter-result-store"  # changed by every click, so that the page looks at once
    STAGE = "presenter-stage"
    STEP = "presenter-step-button"
    STOP = "presenter-stop-button"
    MESSAGE = "presenter-message"


def register(shell: Shell) -> None:
    """Make the page and its callbacks known to Dash."""
    register_page("presenter", layout)
    shell.callback(
        {
            "cards": Output(Ids.CARDS, "children"),
            "drawn": Output(Ids.DRAWN, "data"),
            "stage": Output(Ids.STAGE, "children"),
            "idle": Output(Ids.STEP, "disabled"),
            "still": Output(Ids.STOP, "disabled"),
        },
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.RESULT, "data"),
        State(Ids.DRAWN, "data"),
    )(show)
    shell.callback(
        Output(Ids.RESULT, "data"),
        Output(Ids.MESSAGE, "children"),
        Input({"type": view.START, "name": ALL}, "n_clicks"),
        Input(Ids.STEP, "n_clicks"),
        Input(Ids.STOP, "n_clicks"),
        prevent_initial_call=True,
    )(act)


def layout(**_: str) -> html.Div:
    """Return the page, empty."""
    say = texts.speaker(language())
    return html.Div(
        [
            components.page_bar("/presenter"),
            html.Main(
                [
                    _choice(say),
                    _stage(say),
                ],
                className="presenter-main",
            ),
            dcc.Interval(id=Ids.TICK, interval=EVERY),
            dcc.Store(id=Ids.DRAWN),
            dcc.Store(id=Ids.RESULT),
        ],
        className="presenter",
    )


def _choice(say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div([html.H1(say("presenter.title")), html.P(say("presenter.lead"))], className="lead"),
            html.Div(id=Ids.CARDS, className="scenario-cards"),
        ],
        className="presenter-choice",
    )


def _stage(say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div(id=Ids.STAGE, className="stage-shown"),
            html.Div(id=Ids.MESSAGE, className="stage-message", role="status"),
            html.Div(
                [
                    html.Button(say("presenter.step"), id=Ids.STEP, className="step-button", disabled=True),
                    html.Button(say("presenter.stop"), id=Ids.STOP, className="stop-button", disabled=True),
                ],
                className="stage-buttons",
            ),
        ],
        className="presenter-stage card",
    )


@require_role("viewer")
def show(_ticks: int | None, _result: object, drawn: list[str] | None) -> dict[str, Any]:
    """Show what can be told and what is being told."""
    here = visit()
    say = texts.speaker(here.language)
    with here.site.database.transaction() as tx:
        known = scenarios.load_scenarios(tx)
        run = scenarios.current_run(tx)
    now = utc_now()
    told = next((one for one in known if run is not None and one.name == run.name), None)
    if run is None or told is None or run.is_over(told, now):
        told = run = None
    wanted = [here.language, told.name if told else "", *(one.name for one in known)]
    stage = view.empty_stage(say) if run is None or told is None else view.stage(told, run, now, here.language, say)
    return {
        "cards": dash.no_update if wanted == drawn else view.cards(known, told, here.language, say),
        "drawn": wanted,
        "stage": stage,
        "idle": told is None,
        "still": told is None,
    }


@require_role("officer", act=True)
def act(_starts: list[int | None], _steps: int | None, _stops: int | None) -> tuple[Any, str]:
    """Start, step or stop, as the button says. A click that comes too late is told so."""
    if not any(trigger["value"] for trigger in dash.ctx.triggered):
        raise dash.exceptions.PreventUpdate  # the cards were drawn, nobody clicked
    here = visit()
    now = utc_now()
    actor, origin = here.person.name, here.origin
    button = dash.ctx.triggered_id

    def work(tx: Transaction) -> None:
        if button == Ids.STEP:
            scenarios.step_run(tx, actor=actor, now=now, origin=origin)
        elif button == Ids.STOP:
            scenarios.stop_run(tx, actor=actor, now=now, origin=origin)
        else:
            scenarios.start_run(tx, button["name"], actor=actor, now=now, lead_in=LEAD_IN, origin=origin)

    try:
        here.act(work)
    except scenarios.NothingRuns:
        return now.isoformat(), texts.say("presenter.nothing_runs", here.language)
    except CityOpsError as error:
        return now.isoformat(), error.public
    return now.isoformat(), ""
