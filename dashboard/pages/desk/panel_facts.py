"""The facts of an alert in its panel: the condition, how sure it is, the deadlines, who has it. Pure."""

from typing import Any

from dash import html

from alerts.board.open_alert import OpenAlert
from cityops.clock import milliseconds
from cityops.devices.presence import LATE_AFTER
from dashboard.city.alerts.alert_numbers import alert_numbers
from dashboard.pages.desk.acts import clocks
from dashboard.pages.desk.alert_formatter import AlertFormatter, since
from dashboard.ui import components


def facts(alert: OpenAlert, ink: AlertFormatter) -> list[Any]:
    """Return the condition, apart from it how sure that is, the deadlines, and who is on it."""
    return [_condition(alert, ink), _evidence(alert, ink), _who(alert, ink), _deadlines(alert, ink)]


def fact(name: str, value: Any, extra: str = "") -> html.Div:
    """Return one named value."""
    return html.Div([html.Small(name), html.Div(value)], className=f"fact {extra}".strip())


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
