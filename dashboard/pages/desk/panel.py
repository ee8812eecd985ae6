"""What the panel of one alert is made of. Pure: rows in, components out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html

from alerts.board import store
from alerts.board.open_alert import OpenAlert
from alerts.lifecycle import AlertState
from cityops.catalogue import Catalogue
from cityops.clock import clock_words, milliseconds
from cityops.devices.presence import LATE_AFTER
from dashboard.city.alerts.alert_numbers import alert_numbers
from dashboard.pages.desk.acts import Offer, clocks
from dashboard.ui import components
from dashboard.ui.components import Speak

LONGEST_NUMBER = 18  # digits of a bigint that is surely one


@dataclass(frozen=True, slots=True)
class AlertFormatter:
    """How this reader reads: words, language, the city's zone, and how values are written."""

    say: Speak
    language: str
    zone: ZoneInfo
    catalogue: Catalogue

    def moment(self, moment: Any) -> str:
        """Return a moment as people of the city read it."""
        return clock_words(pd.Timestamp(moment).to_pydatetime(), self.zone, "%m-%d %H:%M:%S")

    def actor(self, name: str) -> str:
        """Return who did something; programs have a name of their own."""
        return self.say("desk.system") if name in store.PROGRAMS else name


def number_of(chosen: str | None) -> int | None:
    """Return the number of an alert as the browser writes it; None for anything else."""
    text = str(chosen or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


@dataclass(frozen=True, slots=True)
class CaseLink:
    """The case that follows an alert, and whether it is open; `case_id` None: there is none."""

    case_id: int | None = None
    number: str = ""
    state: str = ""
    is_open: bool = False


def case_link(link: CaseLink, ink: AlertFormatter) -> list[Any]:
    """Return the case that follows an alert, and the button that files one where none is open (assets/pages/desk)."""
    found: list[Any] = []
    if link.case_id is not None:
        words = ink.say("desk.case", number=link.number, state=ink.say(f"case_state.{link.state}"))
        is_open = components.hook("open-case") if link.is_open else {}
        found.append(html.A(words, href=f"/cases/{link.case_id}", className="case-link", **is_open))
    if not link.is_open:
        named: list[Any] = [ink.say("desk.case_file"), html.Kbd("W")]
        found.append(html.Button(named, className="quiet-button case-file", **components.hook("file-case")))
    return found


def pack_link(alert: OpenAlert, ink: AlertFormatter) -> html.A:
    """Return the button that takes the evidence pack of an alert (assets/downloads)."""
    address = f"/api/v1/alerts/{alert.alert_id}/pack"
    hint = ink.say("desk.pack_hint")
    return html.A(ink.say("desk.pack"), href=address, download="", title=hint, className="quiet-button")


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


def facts(alert: OpenAlert, ink: AlertFormatter) -> list[Any]:
    """Return the condition, apart from it how sure that is, the deadlines, and who is on it."""
    return [_condition(alert, ink), _evidence(alert, ink), _who(alert, ink), _deadlines(alert, ink)]


def fact(name: str, value: Any, extra: str = "") -> html.Div:
    """Return one named value."""
    return html.Div([html.Small(name), html.Div(value)], className=f"fact {extra}".strip())


def since(moment: Any) -> html.Span:
    """Return how long ago a moment is, counted on by the browser."""
    return html.Span(**components.hook("since", str(milliseconds(moment))))


def _condition(alert: OpenAlert, ink: AlertFormatter) -> html.Div:
    metric = ink.catalogue.metric[alert.metric]
    holds, numbers = alert.active, alert_numbers(alert, metric)
    compared = [
        f"{name} {number}"
        for name, number in (
            (ink.say("desk.limit"), numbers.limit_text),
            (ink.say("desk.trigger"), numbers.trigger_text),
            (metric.name.in_language(ink.language), numbers.reading),
        )
        if number is not None
    ]
    when = alert.opened_at if holds or alert.cleared_at is None else alert.cleared_at
    return html.Div(
        [
            html.Small(ink.say("desk.condition")),
            html.Strong([ink.say("desk.holds" if holds else "desk.gone"), " ", since(when)]),
            html.Div(html.B(numbers.value_text or "–", **components.hook("alert-value")), className="value-now"),
            html.Small(" · ".join(compared)),
        ],
        className=f"fact-card is-{'holding' if holds else 'gone'}",
    )


def _evidence(alert: OpenAlert, ink: AlertFormatter) -> html.Div:
    """How sure it is: a silent sensor neither holds nor ends an alert."""
    heard = alert.value_time
    state = "stale" if alert.is_stale else "unheard" if heard is None else "fresh"
    lines: list[Any] = [html.Strong([ink.say(f"desk.evidence_{state}"), " ", "" if heard is None else since(heard)])]
    if alert.stale_since is not None:
        lines.append(html.Span([ink.say("desk.stale_since"), " ", since(alert.stale_since)]))
    told = ink.say("desk.untold") if alert.told_at is None else ink.say("desk.told", time=ink.moment(alert.told_at))
    failed = alert.untold
    return html.Div(
        [
            html.Small(ink.say("desk.evidence")),
            *lines,
            html.Small(ink.say(f"desk.evidence_{state}_hint", times=LATE_AFTER)),
            html.Small(told + (ink.say("desk.told_failed", count=failed) if failed else "")),
        ],
        className=f"fact-card is-{state}",
    )


def _who(alert: OpenAlert, ink: AlertFormatter) -> html.Div:
    holder = alert.acknowledged_by if alert.acknowledged else None
    rows = [
        html.Small(ink.say("desk.handler")),
        html.Strong(holder or ink.say("desk.nobody"), className="" if holder else "is-bad"),
    ]
    if holder and alert.acknowledged_at is not None:
        rows.append(html.Small(ink.moment(alert.acknowledged_at)))
    if alert.assigned_to is not None:
        rows.append(html.Span(ink.say("desk.assigned_to", name=alert.assigned_to)))
    if alert.suppressed_by is not None:
        rows.append(html.Span(f"{alert.suppressed_by}: {alert.suppressed_reason}"))
    if alert.escalation_level:
        rows.append(html.Span(ink.say("desk.level_told", level=alert.escalation_level), className="is-late"))
    return html.Div(rows, className="fact-card")


def _deadlines(alert: OpenAlert, ink: AlertFormatter) -> html.Div:
    if alert.closed_at is not None:
        ended: list[Any] = [html.Strong(ink.moment(alert.closed_at))]
        return html.Div([html.Small(ink.say("desk.closed_at")), *ended], className="fact-card")
    rows: list[Any] = [
        html.Div(
            [html.Span(ink.say(f"desk.{name}")), html.Strong(**components.hook("due", str(milliseconds(moment))))],
            className="clock-row",
        )
        for name, moment in clocks(alert)
    ]
    return html.Div([html.Small(ink.say("desk.deadlines")), *(rows or [html.Strong("–")])], className="fact-card")
