"""What programs want to know of an alert beside what a screen shows: ids, deadlines, who was told. Pure."""

from typing import Any

import pandas as pd

from dashboard.alert_rows import milliseconds

_WORDS = (
    "rule_id", "kind", "metric", "quantity", "suppression", "suppressed_by", "suppressed_reason", "assigned_to",
    "department",
)  # fmt: skip
_MEASURED = ("trigger_value", "limit_value", "window_seconds")
_COUNTED = ("escalation_level", "incident_id", "untold")
_FLAGS = ("latched", "stale", "headline")
_TIMES = (
    "detected_at", "closed_at", "suppressed_at", "shelved_until", "stale_since", "ack_due", "handle_due",
    "lease_until", "told_at",
)  # fmt: skip


def alert_facts(alert: dict[Any, Any]) -> dict[str, Any]:
    """Return the facts that there are; times are ms since 1970, values are numbers in the unit of the row."""
    there = {name: value for name, value in alert.items() if pd.notna(value)}
    facts: dict[str, Any] = {name: str(there[name]) for name in _WORDS if there.get(name)}
    facts |= {name: float(there[name]) for name in _MEASURED if name in there}
    facts |= {name: int(there[name]) for name in _COUNTED if name in there}
    facts |= {name: bool(there[name]) for name in _FLAGS}
    return facts | {name: milliseconds(there[name]) for name in _TIMES if name in there}
