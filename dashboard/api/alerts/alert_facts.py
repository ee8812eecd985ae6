"""What programs want to know of an alert beside what a screen shows: ids, deadlines, who was told. Pure."""

from collections.abc import Iterable
from typing import Any

from alerts.board.open_alert import OpenAlert
from cityops.clock import milliseconds

_WORDS = (
    "rule_id", "kind", "metric", "quantity", "suppression", "suppressed_by", "suppressed_reason", "assigned_to",
    "department",
)  # fmt: skip
_MEASURED = ("trigger_value", "limit_value", "window_seconds")
_COUNTED = ("escalation_level", "incident_id", "untold")
_TIMES = (
    "detected_at", "closed_at", "suppressed_at", "shelved_until", "stale_since", "ack_due", "handle_due",
    "lease_until", "told_at",
)  # fmt: skip


def alert_facts(alert: OpenAlert) -> dict[str, Any]:
    """Return the facts that there are; times are ms since 1970, values are numbers in the unit of the row."""

    def there(names: Iterable[str]) -> dict[str, Any]:
        found = {name: getattr(alert, name) for name in names}
        return {name: value for name, value in found.items() if value is not None and value != ""}

    facts: dict[str, Any] = {name: str(value) for name, value in there(_WORDS).items()}
    facts |= there(_MEASURED) | there(_COUNTED)
    facts |= {"latched": alert.latched, "stale": alert.is_stale, "headline": alert.headline}
    return facts | {name: milliseconds(moment) for name, moment in there(_TIMES).items()}
