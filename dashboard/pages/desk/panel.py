"""What the panel of one alert is made of. Pure: rows in, components out."""

from collections.abc import Sequence
from typing import Any

from dash import html

from alerts.board.open_alert import OpenAlert
from alerts.lifecycle import AlertState
from dashboard.pages.desk.acts import Offer
from dashboard.pages.desk.alert_formatter import AlertFormatter, since
from dashboard.pages.desk.panel_links import CaseLink, case_link, pack_link
from dashboard.ui import components

LONGEST_NUMBER = 18  # digits of a bigint that is surely one


def number_of(chosen: str | None) -> int | None:
    """Return the number of an alert as the browser writes it; None for anything else."""
    text = str(chosen or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def head(
    alert: OpenAlert,
    place: str,
    ink: AlertFormatter,
    link: CaseLink | None = None,
    expected: Sequence[tuple[str, str]] = (),
    *,
    packs: bool = False,
) -> list[Any]:
    """Return severity, title, state, where, the case that follows it, and what complaints are expected and why.

    `packs`: whether the city makes evidence packs.
    """
    state = alert.state
    seen = f"{alert.alert_id}/{alert.version}/{'closed' if state is AlertState.NORM else 'open'}"
    sensor = html.A(alert.sensor_name, href=f"/sensors?sensor={alert.sensor_id}")
    return [
        html.Div(
            [
                components.severity_mark(alert.severity, ink.say(f"severity.{alert.severity}")),
                html.H2(alert.title(ink.language), tabIndex=-1),
                html.Span(
                    ink.say("desk.closed") if state is AlertState.NORM else ink.say(f"state.{state}"),
                    className=f"state state-{state}",
                ),
            ],
            className="head-line",
        ),
        html.Div(
            [
                html.Span(place),
                sensor,
                html.Span([ink.moment(alert.opened_at), " · ", since(alert.opened_at)]),
                *case_link(link or CaseLink(), ink),
                *([pack_link(alert, ink)] if packs else []),
            ],
            className="head-where",
            **components.hook("panel-seen", seen),
        ),
        *(html.Div([html.Strong(mark), html.Span(why)], className="head-expected") for mark, why in expected),
    ]


def act_bar(offered: Sequence[Offer], ink: AlertFormatter) -> list[html.Button]:
    """Return the buttons. One that is not possible stays where it is and says why when it is pressed."""
    return [
        html.Button(
            [ink.say(f"desk.act_{offer.act.name.replace('-', '_')}"), html.Kbd(offer.act.key)],
            className=f"act act-{offer.act.name}",
            title=ink.say(f"desk.{offer.why}") if offer.why else "",
            **components.aria("disabled", "true" if offer.why else "false"),
            **components.hook("act", offer.act.name),
            **components.hook("key", offer.act.key),
            **components.hook("why", ink.say(f"desk.{offer.why}") if offer.why else ""),
        )
        for offer in offered
    ]
