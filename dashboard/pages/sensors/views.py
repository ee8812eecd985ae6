"""The tables of the right half, one function a view. Each reads what it needs and returns what to draw."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from dash import html

from cityops.devices.presence import DeviceState
from dashboard.pages.sensors import state
from dashboard.pages.sensors.letters import draw_letters
from dashboard.pages.sensors.registry import draw_registry
from dashboard.pages.sensors.senders import draw_senders
from dashboard.pages.sensors.tables import count, moment, sensor_link, table
from dashboard.ui.components import Speak
from dashboard.web.request_context import RequestContext

SKEWED = 30.0  # seconds: a clock that is further off should be set


def draw_ledger(here: RequestContext, say: Speak, _now: datetime) -> Any:
    """The loss ledger, device by device, losses first."""
    rows = [
        [
            sensor_link(row["sensor_id"], row["name"]) or say("sensors.nobody"),
            count(row["received"]),
            count(row["stored"]),
            count(row["duplicate"]),
            count(row["missing"], bad=True),
            count(row["resent"]),
            count(row["dead_lettered"], bad=True),
        ]
        for row in state.read_ledger(here.site.database).to_dict("records")
    ]
    heads = ["name", "received", "stored", "duplicate", "missing", "resent", "refused"]
    return table(say, heads, rows, empty="ledger_empty", lead="ledger_lead")


def draw_presence(here: RequestContext, say: Speak, now: datetime) -> Any:
    """The online state of every device with its reason, the doubtful first."""
    zone = here.site.settings.zone
    rows = [
        [
            sensor_link(row["sensor_id"], row["name"]),
            _state(say, row["state"]),
            say(f"presence.{row['reason']}"),
            moment(row["since"], zone),
            moment(row["heard_at"], zone),
        ]
        for row in state.read_presence(here.site.database, now).to_dict("records")
    ]
    return table(
        say, ["name", "status", "reason", "since", "heard"], rows, empty="presence_empty", lead="presence_lead"
    )


def draw_quality(here: RequestContext, say: Speak, _now: datetime) -> Any:
    """The series whose newest reading is suspect or bad."""
    metrics, zone = here.site.catalogue.metric, here.site.settings.zone
    rows = []
    for row in state.read_quality(here.site.database).to_dict("records"):
        metric = metrics.get(row["metric"])
        rows.append(
            [
                sensor_link(row["sensor_id"], row["name"]),
                metric.name.in_language(here.language) if metric else row["metric"],
                f"{metric.format(row['value'])} {metric.unit}" if metric else row["value"],
                html.Span(say(f"sensors.quality_{row['quality']}"), className=f"quality quality-{row['quality']}"),
                moment(row["time"], zone),
            ]
        )
    return table(say, ["name", "metric", "value", "flag", "measured"], rows, empty="quality_empty", lead="quality_lead")


def draw_maintenance(here: RequestContext, say: Speak, now: datetime) -> Any:
    """Who needs a look, and why: one row a device, those with the most reasons first."""
    reasons: defaultdict[str, list[html.Span]] = defaultdict(list)
    names: dict[str, object] = {}
    presence = state.read_presence(here.site.database, now)
    for row in presence[presence["state"] != DeviceState.ONLINE].to_dict("records"):
        names[row["sensor_id"]] = row["name"]
        words = f"{say('presence.' + row['state'])} · {say('presence.' + row['reason'])}"
        reasons[row["sensor_id"]].append(_reason(words, row["state"]))
    ledger = state.read_ledger(here.site.database)
    for row in ledger[ledger["name"].notna()].to_dict("records"):
        names[row["sensor_id"]] = row["name"]
        reasons[row["sensor_id"]] += [_reason(words, "fault") for words in _faults(say, row)]
    for row in state.read_quality(here.site.database).to_dict("records"):
        names[row["sensor_id"]] = row["name"]
        metric = here.site.catalogue.metric.get(row["metric"])
        name = metric.name.in_language(here.language) if metric else row["metric"]
        flag = say(f"sensors.quality_{row['quality']}")
        reasons[row["sensor_id"]].append(_reason(f"{name} {flag}", "fault"))
    found = sorted(((sensor, why) for sensor, why in reasons.items() if why), key=lambda item: (-len(item[1]), item[0]))
    rows = [[sensor_link(sensor, names[sensor]), html.Div(why, className="reasons")] for sensor, why in found]
    return table(say, ["name", "why"], rows, empty="maintenance_empty", lead="maintenance_lead")


DRAW = {
    "maintenance": draw_maintenance,
    "ledger": draw_ledger,
    "presence": draw_presence,
    "quality": draw_quality,
    "letters": draw_letters,
    "senders": draw_senders,
    "registry": draw_registry,
}


def _faults(say: Speak, row: dict[Any, Any]) -> list[str]:
    """Return what the ledger says of a device, in words."""
    found = [
        say(f"sensors.{name}_reports", count=f"{row[name]:,}") for name in ("missing", "dead_lettered") if row[name] > 0
    ]
    skew = row["clock_skew_seconds"]
    if abs(skew) > SKEWED:
        found.append(say("sensors.clock_behind" if skew > 0 else "sensors.clock_ahead", seconds=f"{abs(skew):,.0f}"))
    return found


def _reason(words: str, kind: str) -> html.Span:
    return html.Span(words, className=f"reason reason-{kind}")


def _state(say: Speak, name: str) -> html.Span:
    return html.Span(say(f"presence.{name}"), className=f"presence-{name}")
