"""The lists of the panel: what to do, what is near, what was before, what happened. Pure: rows in, components out."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html

from alerts.board import guidance, store
from cityops.catalogue import Names
from cityops.names import sort_key
from dashboard.city.alerts.near_alerts import NearAlert
from dashboard.pages.desk.alert_formatter import AlertFormatter
from dashboard.ui import components
from dashboard.ui.components import Speak


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
