"""What the panel of one alert is made of. Pure: rows in, components out."""

from typing import Any
from zoneinfo import ZoneInfo

import dash
import pandas as pd
from dash import html

from alerts import store
from dashboard import parts
from dashboard.parts import Speak
from dashboard.visit import Visit


def head(alert: dict[Any, Any], *, say: Speak, language: str) -> list[Any]:
    """Return severity and title."""
    severity = int(alert["severity"])
    return [
        parts.severity_mark(severity, say(f"severity.{severity}")),
        html.H2(alert[f"title_{language}"] or alert["rule_id"]),
        html.Span(say(f"state.{alert['state']}"), className=f"state state-{alert['state']}"),
    ]


def facts(alert: dict[Any, Any], *, say: Speak, here: Visit) -> list[Any]:
    """Return value against limit, where, since when, and what to do."""
    metric = here.site.catalogue.metric[alert["metric"]]
    registry = here.site.live.part("")
    place = registry.place(alert["area_code"], here.language) if registry else ""
    value = "–" if pd.isna(alert["value"]) else metric.format(alert["value"])
    zone = here.site.settings.zone
    rows = [
        fact(
            say("desk.value"),
            [
                html.B(value, **parts.hook("alert-value")),
                f" {alert['unit']}",
                html.Small(metric.name.in_language(here.language)),
            ],
            "is-large",
        ),
        fact(say("desk.limit"), f"{metric.format(alert['limit_value'])} {alert['unit']}", "is-large"),
        fact(say("desk.since"), [when(alert["opened_at"], zone), html.Small(**parts.hook("alert-age"))]),
        fact(say("desk.trigger"), f"{metric.format(alert['trigger_value'])} {alert['unit']}"),
        fact(say("desk.where"), place or alert["area_code"]),
        fact(say("desk.sensor"), html.A(alert["sensor_name"], href=f"/sensors?sensor={alert['sensor_id']}")),
    ]
    if alert["acknowledged"] and alert["acknowledged_by"]:
        name, time = alert["acknowledged_by"], when(alert["acknowledged_at"], zone)
        rows.append(fact(say("desk.handler"), say("desk.taken", name=name, time=time)))
    guidance = alert.get(f"guidance_{here.language}")
    if guidance:
        rows.append(fact(say("desk.guidance"), guidance, "is-wide"))
    return rows


def fact(name: str, value: Any, extra: str = "") -> html.Div:
    """Return one named value."""
    return html.Div([html.Small(name), html.Div(value)], className=f"fact {extra}".strip())


def events(rows: pd.DataFrame, *, say: Speak, zone: ZoneInfo) -> list[html.Li]:
    """Return the history of an alert, newest first."""
    return [
        html.Li(
            [
                html.Time(when(row["at"], zone)),
                html.B(_named(say, "action", row["action"])),
                html.Span(say("desk.system") if row["actor"] == store.DETECTION else row["actor"]),
            ],
            title=row["reason"],
        )
        for row in reversed(rows.to_dict("records"))
    ]


def closed(rows: pd.DataFrame, result: Any, *, say: Speak, zone: ZoneInfo) -> dict[str, Any]:
    """Return what changes when the shown alert is open no longer. `result` is what came of the last action."""
    kept = ("shown", "facts", "chart", "map", "panel")
    return {
        **dict.fromkeys(kept, dash.no_update),
        "head": [html.H2(say("desk.closed")), html.Span(say("state.NORM"), className="state state-NORM")],
        "events": events(rows, say=say, zone=zone),
        "disabled": True,
        "message": result,
    }


def message(result: dict[str, Any] | None, alert_id: int, *, allowed: bool, say: Speak) -> Any:
    """Return what came of the last action on this alert, or why there can be none."""
    if not allowed:
        return say("desk.not_allowed")
    if result is None or result["alert"] != alert_id:
        return ""
    good = result["key"] == "acknowledged"
    return html.Span(say(f"desk.{result['key']}", winner=result["winner"]), className="is-good" if good else "is-bad")


def when(moment: Any, zone: ZoneInfo) -> str:
    """Return a moment as people of the city read it."""
    return pd.Timestamp(moment).tz_convert(zone).strftime("%m-%d %H:%M:%S")


def _named(say: Speak, section: str, key: str) -> str:
    try:
        return say(f"{section}.{key}")
    except KeyError:
        return key  # an action of a later version
