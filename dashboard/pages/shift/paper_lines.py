"""The lines of a handover sheet: an alert, a sensor, with who has it and since when. Pure."""

from datetime import datetime, timedelta
from typing import Any

from dash import html

from alerts.shift.handover_sheet import AlertLine, Missed, SensorLine
from dashboard.pages.shift.sheet_formatter import SheetFormatter
from dashboard.ui import components

LONG = timedelta(hours=24)  # an alert that stands so long is stale by EEMUA 191


def alert_line(line: AlertLine, until: datetime, ink: SheetFormatter) -> html.Li:
    """Return the line of an alert on a sheet that ends at `until`."""
    return html.Li(
        [
            components.severity_mark(line.severity, ink.say(f"severity.{line.severity}")),
            _what(line.title.in_language(ink.language), f"{line.sensor} · {line.place.in_language(ink.language)}"),
            html.Div(_holder(line, ink), className="line-who"),
            html.Div(_times(line, until, ink), className="line-when"),
        ],
        className="line",
    )


def _holder(line: AlertLine, ink: SheetFormatter) -> list[Any]:
    if line.shelved_by is not None:
        return [html.Div(f"{ink.say(f'state.{line.state}')} · {line.shelved_by}"), html.Small(line.reason)]
    told: list[Any] = [html.Div(ink.say("shift.held_by", name=line.holder) if line.holder else ink.say("shift.nobody"))]
    if line.assigned_to:
        told.append(html.Small(ink.say("shift.assigned_to", name=line.assigned_to)))
    if line.stale_since is not None:
        told.append(html.Small(ink.say("shift.unknown_since", time=ink.moment(line.stale_since)), className="is-bad"))
    return told


def _times(line: AlertLine, until: datetime, ink: SheetFormatter) -> list[Any]:
    age = ink.span(until - line.opened_at)
    opened = html.Small(
        ink.say("shift.opened", time=ink.moment(line.opened_at), age=age),
        className="is-bad" if until - line.opened_at > LONG else "",
    )
    if line.shelved_by is not None:
        ends = line.shelved_until
        return [html.Div(ink.say("shift.until", time=ink.moment(ends)) if ends else ink.say("shift.no_end")), opened]
    if line.due is None:
        return [opened]
    if line.missed is not None:
        key = "shift.unheard" if line.missed is Missed.ACKNOWLEDGE else "shift.overdue"
        return [html.B(ink.say(key, span=ink.span(until - line.due)), className="is-late"), opened]
    key = "shift.handle_by" if line.holder else "shift.acknowledge_by"
    return [html.Div(ink.say(key, time=ink.moment(line.due))), opened]


def sensor_line(line: SensorLine, until: datetime, ink: SheetFormatter) -> html.Li:
    """Return the line of a sensor that is not heard."""
    since = (
        []
        if line.since is None
        else [
            html.Div(ink.span(until - line.since)),
            html.Small(ink.say("shift.since", time=ink.moment(line.since))),
        ]
    )
    return html.Li(
        [
            html.Span("✕", className="line-dead", role="img", **components.label(ink.say("shift.sensors"))),
            _what(line.name, f"{ink.kind(line.kind)} · {line.place.in_language(ink.language)} · {line.sensor_id}"),
            html.Div(ink.say(f"presence.{line.reason}"), className="line-who"),
            html.Div(since, className="line-when"),
        ],
        className="line",
    )


def _what(upper: str, lower: str) -> html.Div:
    return html.Div([html.B(upper), html.Small(lower)], className="line-what")
