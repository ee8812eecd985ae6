"""The dialog of the desk for an action: its form."""

from dash import html

from alerts.board.actions import LONGEST_TEXT
from dashboard.pages.desk.ids import Ids
from dashboard.ui import components
from dashboard.ui.components import Speak

SHELVES = (30, 60, 120, 240, 480, 1439)  # minutes; a day, less what a click takes


def action_form(say: Speak) -> html.Dialog:
    """Return the one small form of all actions: only the fields that the action asks for are shown."""
    return html.Dialog(
        html.Form(
            [
                html.Div(
                    [html.H2(**components.hook("form-title")), components.language_links()], className="form-head"
                ),
                html.P(className="form-lead", **components.hook("form-lead")),
                *_fields(say),
                html.P(role="alert", className="form-error", **components.hook("form-error")),
                _form_buttons(say),
            ]
        ),
        id=Ids.FORM,
        className="dialog",
        **components.label(say("desk.actions")),
    )


def _fields(say: Speak) -> list[html.Label]:
    shelves = [html.Option(value=str(minutes)) for minutes in SHELVES]
    return [
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
    ]


def _form_buttons(say: Speak) -> html.Div:
    return html.Div(
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
    )
