"""A box below a table in which a supervisor changes something, hidden from everybody else and in other views."""

from collections.abc import Iterable
from typing import Any

from dash import dcc, html

from dashboard.pages.sensors.ids import Ids
from dashboard.ui import components


def act_box(
    box: Ids, lead: str, fields: Iterable[tuple[str, Any]], buttons: Iterable[tuple[Ids, str]], *, message: Ids
) -> html.Div:
    """Return the box: what it is for, its fields with their labels, its buttons, and the place of what is said then."""
    row = [
        *(components.group(label, field) for label, field in fields),
        *(html.Button(words, id=button, className="quiet-button") for button, words in buttons),
        html.Span(id=message, role="status", className="replay-message"),
    ]
    parts = [html.P(lead, className="table-lead"), html.Div(row, className="replay-row")]
    return html.Div(parts, id=box, hidden=True, className="card replay-box")


def chooser(field: Ids, words: str) -> tuple[str, Any]:
    """Return a field in which one of many is chosen, and its label; a callback fills it."""
    return words, dcc.Dropdown(id=field, options=[], placeholder=words, className="replay-field")
