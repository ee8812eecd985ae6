"""What steps of the drawer are made of: a step with its title, named values, a table, a number that opens. Pure."""

from typing import Any

from dash import html

from dashboard.pages.domain.lineage.model import Figure
from dashboard.ui import components
from dashboard.ui.components import Speak


def opening_number(figure: Figure, say: Speak) -> html.Button:
    """Return a figure as a button that opens what it is made of."""
    words = f"{figure.text} {figure.unit}".strip()
    return html.Button(
        words,
        type="button",
        className="lineage-link",
        **components.hook("figure", figure.key),
        **components.label(f"{figure.title}　{words}　{say('lineage.open')}"),
    )


def step(name: str, say: Speak, parts: list[Any]) -> html.Section:
    """Return one step under its title; parts that are None are left out."""
    return html.Section(
        [html.H4(say(f"lineage.step_{name}")), *(part for part in parts if part is not None)],
        className=f"lineage-step step-{name}",
    )


def named_values(pairs: list[tuple[str, str]]) -> html.Dl:
    """Return names with their values."""
    return html.Dl([html.Div([html.Dt(name), html.Dd(words)]) for name, words in pairs])


def table(heads: list[str], rows: list[html.Tr]) -> html.Div:
    """Return a table."""
    table = html.Table([html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(rows)])
    return html.Div(table, className="lineage-table")
