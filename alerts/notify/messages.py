"""What people are told of an incident: which messages there should be by now, and their words. Pure."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alerts.measures import Measure, Quantity
from alerts.notify.contacts import Policy

TEXTS = Path(__file__).parent.parent / "data" / "messages.toml"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one channel. `key` is the same however often it is thought of."""

    key: str
    alert_id: int
    channel: str
    kind: str  # raised, escalated, nag
    level: int
    severity: int
    title: str
    body: str
    due_at: datetime


def messages_of(
    incident: Mapping[str, Any], policy: Policy, *, broken: Collection[str] = (), now: datetime, zone: ZoneInfo
) -> Iterator[Notification]:
    """Yield every message that an incident should have led to by now; most were sent before.

    `incident` is a row of the query incidents_to_tell: the incident with its headline alert. `broken` are channels that
    do not deliver: where a level has no other, the level above is told at once, and not when a deadline is missed.
    """
    levels = policy.levels(incident["area_code"], incident["department"])
    if not levels:
        return
    number, severity = incident["incident_id"], incident["severity"]
    level = min(incident["escalation_level"], len(levels) - 1)
    languages = {channel.name: channel.language for channel in policy.channel}
    due = policy.due(severity, now, zone)

    def tell(kind: str, key: str, level: int, due_at: datetime) -> Iterator[Notification]:
        for channel in reachable(levels[level:], broken):
            title, body = _words(incident, kind, languages[channel], zone)
            full = f"{number}/{key}/{channel}"
            yield Notification(full, incident["alert_id"], channel, kind, level, severity, title, body, due_at)

    if not incident["acknowledged"]:
        yield from tell("raised", f"raised-{severity}", 0, due)
    if level > 0:
        yield from tell("escalated", f"level-{level}", level, due)
    if not incident["acknowledged"] and policy.nag_minutes and due == now:
        count = (now - incident["detected_at"]) // timedelta(minutes=policy.nag_minutes)
        if count > 0:
            yield from tell("nag", f"nag-{count}", level, now)


def reachable(levels: Sequence[tuple[str, ...]], broken: Collection[str]) -> tuple[str, ...]:
    """Return the channels of the first level, and of those above it as long as no channel so far delivers."""
    found: dict[str, None] = {}
    for level in levels:
        found.update(dict.fromkeys(level))
        if not found.keys() <= set(broken):
            break
    return tuple(found)


def _words(incident: Mapping[str, Any], kind: str, language: str, zone: ZoneInfo) -> tuple[str, str]:
    texts = _texts()
    facts = {
        "grade": texts["grade"][str(incident["severity"])][language],
        "title": incident[f"title_{language}"] or incident["rule_id"],
        "place": incident["place"] or incident["area_code"],
        "sensor": incident["sensor_name"],
        "value": _phrase(incident, "trigger_value"),
        "limit": _phrase(incident, "limit_value"),
        "time": incident["opened_at"].astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        "holder": incident["acknowledged_by"],
        "alerts": incident["alerts"],
        "guidance": incident[f"guidance_{language}"],
    }
    said = {
        "where": True,
        "value": facts["value"],
        "limit": facts["limit"],
        "since": True,
        "holder": incident["acknowledged"] and incident["acknowledged_by"],
        "storm": incident["alerts"] > 1,
        "stale": incident["stale"],
        "guidance": facts["guidance"],
    }
    lines = [texts["body"][name][language].format(**facts) for name, wanted in said.items() if wanted]
    return texts["title"][kind][language].format(**facts), "\n".join(lines)


def _phrase(incident: Mapping[str, Any], column: str) -> str:
    """Return a number of the alert with its unit; "" where there is none."""
    value = incident[column]
    if value is None:
        return ""
    measure = Measure(Quantity(incident["quantity"]), incident["window_seconds"])
    return measure.phrase(value, incident["unit"], incident["precision"])


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))
