"""`/shift`: the shift log, the handover sheet with its two signatures, and the sheets of the past."""

from dash import Input, Output, State, dcc, html

from alerts.shift.store import LONGEST_NOTE
from dashboard import texts
from dashboard.pages import register_page
from dashboard.pages.shift import callbacks
from dashboard.pages.shift.ids import Ids
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.ui.dash_app import Shell
from dashboard.web.request_context import language

__all__ = ["Ids", "layout", "register"]

EVERY = 15_000  # ms


def register(shell: Shell) -> None:
    """Make the page and its callbacks known to Dash."""
    register_page("shift", layout)
    shell.callback(
        {
            "paper": Output(Ids.PAPER, "children"),
            "tools": Output(Ids.TOOLS, "children"),
            "seen": Output(Ids.SEEN, "data"),
            "box": Output(Ids.SIGN_BOX, "className"),
            "title": Output(Ids.SIGN_TITLE, "children"),
            "hint": Output(Ids.SIGN_HINT, "children"),
            "button": Output(Ids.SIGN, "children"),
            "writable": Output(Ids.WRITE_BOX, "hidden"),
            "notes": Output(Ids.NOTES, "children"),
            "past": Output(Ids.PAST, "children"),
        },
        Input(Ids.ADDRESS, "search"),
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.SIGNED, "data"),
        Input(Ids.WRITTEN, "data"),
        State(Ids.SEEN, "data"),
        State(Ids.PASSWORD, "value"),
    )(callbacks.show)
    _register_acts(shell)


def _register_acts(shell: Shell) -> None:
    """Make what people write and sign known to Dash."""
    shell.callback(
        Output(Ids.WORDS, "value"),
        Output(Ids.NOTE_MESSAGE, "children"),
        Output(Ids.WRITTEN, "data"),
        Input(Ids.WRITE, "n_clicks"),
        State(Ids.WORDS, "value"),
        prevent_initial_call=True,
    )(callbacks.write)
    shell.callback(
        Output(Ids.PASSWORD, "value"),
        Output(Ids.SIGN_MESSAGE, "children"),
        Output(Ids.SIGNED, "data"),
        Input(Ids.SIGN, "n_clicks"),
        Input(Ids.PASSWORD, "n_submit"),
        State(Ids.PASSWORD, "value"),
        State(Ids.SEEN, "data"),
        prevent_initial_call=True,
    )(callbacks.sign)


def layout(**_: str) -> html.Div:
    """Return the page, empty."""
    say = texts.speaker(language())
    return html.Div(
        [
            components.page_bar("/shift"),
            html.Main(
                [
                    html.Div(
                        [
                            html.Div(id=Ids.TOOLS, className="paper-tools"),
                            html.Article(id=Ids.PAPER, className="paper"),
                        ],
                        className="shift-paper",
                    ),
                    html.Aside([_hear(say), _sign_box(say), _log(say), _past(say)], className="shift-side"),
                ],
                className="shift-main",
            ),
            components.banner(),
            dcc.Location(id=Ids.ADDRESS, refresh=False),
            dcc.Interval(id=Ids.TICK, interval=EVERY),
            dcc.Store(id=Ids.SEEN),
            dcc.Store(id=Ids.SIGNED),
            dcc.Store(id=Ids.WRITTEN),
        ],
        className="shift",
    )


def _hear(say: Speak) -> html.Section:
    """Return what comes first in a shift: to hear the alarm once, on the PC on which it must be heard."""
    return html.Section(
        [html.H2(say("alarm.hear")), html.P(say("alarm.hear_hint"), className="hint"), components.sound_blocked(say),
         components.sound_check(say)],
        className="shift-hear card",
    )  # fmt: skip


def _sign_box(say: Speak) -> html.Section:
    return html.Section(
        [
            html.H2(id=Ids.SIGN_TITLE),
            html.P(id=Ids.SIGN_HINT, className="sign-hint"),
            html.Div(
                [
                    html.Label(say("login.password"), htmlFor=Ids.PASSWORD),
                    dcc.Input(
                        id=Ids.PASSWORD, type="password", autoComplete="current-password", className="sign-password"
                    ),
                    html.Button(id=Ids.SIGN, className="sign-button"),
                ],
                className="sign-form",
            ),
            html.Div(id=Ids.SIGN_MESSAGE, className="sign-message", role="status"),
        ],
        id=Ids.SIGN_BOX,
        className="sign-box card is-closed",
    )


def _log(say: Speak) -> html.Section:
    return html.Section(
        [
            html.H2(say("shift.log")),
            html.Div(
                [
                    html.Label(say("shift.write_hint"), htmlFor=Ids.WORDS, className="hint"),
                    dcc.Textarea(id=Ids.WORDS, maxLength=LONGEST_NOTE, className="note-input"),
                    html.Button(say("shift.write"), id=Ids.WRITE, className="quiet-button note-button"),
                ],
                id=Ids.WRITE_BOX,
                className="note-box",
                hidden=True,
            ),
            html.Div(id=Ids.NOTE_MESSAGE, className="sign-message", role="status"),
            html.Ol(id=Ids.NOTES, className="notes"),
        ],
        className="shift-log card",
    )


def _past(say: Speak) -> html.Section:
    return html.Section(
        [html.H2(say("shift.past")), html.Ol(id=Ids.PAST, className="past-sheets")], className="shift-past card"
    )
