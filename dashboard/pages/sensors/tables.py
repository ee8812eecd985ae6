"""Tables as the views of this page draw them: plain, dense, with a word when there is nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html

from dashboard.ui.components import Speak

MOST = 200  # rows: a table is for a look; the command line and the API have everything


def table(say: Speak, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str, lead: str = "") -> html.Div:
    """Return a table, or what its emptiness means. `heads`, `empty` and `lead` are keys of [sensors]."""
    if not rows:
        return html.Div(html.P(say(f"sensors.{empty}"), className="table-empty"))
    more = len(rows) - MOST
    return html.Div(
        [
            html.P(say(f"sensors.{lead}"), className="table-lead") if lead else None,
            html.Table(
                [
                    html.Thead(html.Tr([html.Th(say(f"sensors.{head}")) for head in heads])),
                    html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows[:MOST]]),
                ],
                className="fact-table",
            ),
            html.P(say("sensors.more", count=more), className="table-lead") if more > 0 else None,
        ]
    )


def sensor_link(sensor_id: str, name: object) -> html.A | str:
    """Return a sensor's name that leads to its curves; dead letters may be of nobody who is registered."""
    if not sensor_id or pd.isna(name):  # type: ignore[call-overload]
        return sensor_id
    return html.A([str(name), html.Small(sensor_id)], href=f"/sensors?sensor={sensor_id}&view=chart", className="who")


def moment(time: datetime | None, zone: ZoneInfo) -> html.Time | str:
    """Return a moment, with the date: what is looked at here may be days old."""
    if time is None or pd.isna(time):
        return "–"
    local = time.astimezone(zone)
    return html.Time(f"{local:%m-%d %H:%M:%S}", title=f"{local:%Y-%m-%d %H:%M:%S %Z}")


def count(number: object, *, bad: bool = False) -> html.Span:
    """Return a number; one that should be zero and is not is marked."""
    value = int(str(number))
    return html.Span(
        f"{value:,}", className="fact-count" + (" is-bad" if bad and value else "" if value else " is-zero")
    )
