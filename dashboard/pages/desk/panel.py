"""What the panel of one alert is made of. Pure: rows in, components out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html

from alerts.board import guidance, store
from alerts.board.open_alert import OpenAlert
from alerts.lifecycle import State
from cityops.catalogue import Catalogue, Names
from cityops.clock import clock_words, milliseconds
from cityops.devices.presence import LATE_AFTER
from cityops.names import sort_key
from dashboard.city.alert_numbers import alert_numbers
from dashboard.pages.desk.acts import Offer, clocks
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.ui.place_map import NearAlert

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


def head(alert: OpenAlert, place: str, ink: AlertFormatter) -> list[Any]:
    """Return severity, title, state, and where."""
    state = alert.state
    seen = f"{alert.alert_id}/{alert.version}/{'closed' if state is State.NORM else 'open'}"
    sensor = html.A(alert.sensor_name, href=f"/sensors?sensor={alert.sensor_id}")
    return [
        html.Div(
            [
                components.severity_mark(alert.severity, ink.say(f"severity.{alert.severity}")),
                html.H2(alert.title(ink.language), tabIndex=-1),
                html.Span(
                    ink.say("desk.closed") if state is State.NORM else ink.say(f"state.{state}"),
                    className=f"state state-{state}",
                ),
            ],
            className="head-line",
        ),
        html.Div(
            [html.Span(place), sensor, html.Span([ink.moment(alert.opened_at), " · ", since(alert.opened_at)])],
            className="head-where",
            **components.hook("panel-seen", seen),
        ),
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


def checklist(
    steps: Sequence[Names], ticks: dict[str, guidance.Tick], ink: AlertFormatter, *, can: bool
) -> list[html.Li]:
    """Return what to do, step by step, with who did it and when."""
    return [_step(number, step, ticks.get(step.zh), ink, can=can) for number, step in enumerate(steps, 1)]


def near_list(alerts: Sequence[NearAlert], ink: AlertFormatter) -> list[html.Li]:
    """Return the other open alerts around, in space and time."""
    if not alerts:
        return [html.Li(ink.say("desk.none_near"), className="is-none")]
    return [html.Li(_near(alert, ink)) for alert in alerts]


def past_list(past: pd.DataFrame, ink: AlertFormatter) -> list[html.Li]:
    """Return what the sensor said before and how that ended."""
    if past.empty:
        return [html.Li(ink.say("desk.none_past"), className="is-none")]
    return [html.Li(_past(row, ink)) for row in past.to_dict("records")]


def event_list(events: pd.DataFrame, steps: Sequence[Names], ink: AlertFormatter) -> list[html.Li]:
    """Return the history of an alert, newest first, with what people wrote."""
    words = {step.zh: step.in_language(ink.language) for step in steps}
    return [
        html.Li(
            [
                html.Time(ink.moment(row["at"])),
                html.B(_action(ink, row["action"])),
                html.Span(ink.actor(row["actor"]), className="event-who"),
                html.P(words.get(row["reason"], row["reason"])) if row["actor"] not in store.PROGRAMS else None,
            ]
        )
        for row in reversed(events.to_dict("records"))
    ]


def place_list(places: Sequence[dict[str, Any]], say: Speak, language: str) -> list[html.Li]:
    """Return the key places around, nearest first."""
    if not places:
        return [html.Li(say("desk.no_places"), className="is-none")]
    return [
        html.Li(
            [
                html.Span(_named(say, "browser", place["kind"]), className="place-kind"),
                html.B(place[language]),
                html.Span(f"{place['km']:.1f} km", className="place-km"),
            ]
        )
        for place in places
    ]


def person_options(officers: Sequence[str], me: str, ink: AlertFormatter) -> list[html.Option]:
    """Return to whom an alert can be given: oneself first."""
    others = sorted((name for name in officers if name != me), key=sort_key)
    mine = [html.Option(ink.say("desk.myself", name=me), value=me)] if me else []
    return [*mine, *(html.Option(name, value=name) for name in others)]


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


def _step(number: int, step: Names, tick: guidance.Tick | None, ink: AlertFormatter, *, can: bool) -> html.Li:
    who = html.Small(f"{tick.actor} {ink.moment(tick.at)}") if tick else None
    return html.Li(
        html.Button(
            [html.Span(className="tick"), html.Span(step.in_language(ink.language)), who],
            role="checkbox",
            disabled=not can,
            className="step" + (" is-done" if tick else ""),
            **components.aria("checked", "true" if tick else "false"),
            **components.hook("step", str(number)),
        )
    )


def _near(near: NearAlert, ink: AlertFormatter) -> html.Button:
    alert, minutes = near.alert, round(near.minutes)
    key = "desk.same_time" if minutes == 0 else "desk.after" if minutes > 0 else "desk.before"
    return html.Button(
        [
            components.severity_mark(alert.severity, ink.say(f"severity.{alert.severity}")),
            html.Span([html.B(alert.title(ink.language)), html.Small(alert.sensor_name)], className="near-what"),
            html.Span(
                [f"{near.km:.1f} km", html.Small(ink.say(key, span=_span(abs(minutes), ink)))],
                className="near-where",
            ),
        ],
        className="near-alert",
        **components.hook("choose", str(alert.alert_id)),
    )


def _past(row: dict[Any, Any], ink: AlertFormatter) -> list[Any]:
    severity, closed = int(row["severity"]), pd.notna(row["closed_at"])
    title = str(row[f"title_{ink.language}"] or row["title_zh"])
    minutes = round((row["closed_at"] - row["opened_at"]).total_seconds() / 60) if closed else 0
    wrote = row["reason"] if row["actor"] not in store.PROGRAMS else ""
    ended = f"{_action(ink, row['action'])} · {ink.actor(row['actor'])}" if closed else ink.say("desk.still_open")
    return [
        components.severity_mark(severity, ink.say(f"severity.{severity}")),
        html.Span([html.B(title), html.Small([ink.moment(row["opened_at"]), " · ", _span(minutes, ink)])]),
        html.Span([ended, html.Small(wrote)], className="past-end"),
    ]


def _span(minutes: int, ink: AlertFormatter) -> str:
    for size, key in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return ink.say(f"shift.{key}", count=minutes // size)
    return ink.say("shift.minutes", count=minutes)


def _action(ink: AlertFormatter, action: str) -> str:
    return _named(ink.say, "action", action)


def _named(say: Speak, section: str, key: str) -> str:
    try:
        return say(f"{section}.{key}")
    except KeyError:
        return key  # of a later version
