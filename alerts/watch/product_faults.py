"""Alerts about the product itself, which no reading raises: one for each rule, on any series, while it lasts."""

from collections.abc import Iterator
from datetime import datetime

from alerts.board import store
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import readable_rules
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from cityops.catalogue import Catalogue
from cityops.storage import Transaction, load_queries

SQL = load_queries("alerts")


def rules_about(tx: Transaction, tag: str, catalogue: Catalogue) -> Iterator[tuple[Rule, bool]]:
    """Yield the rules with this type of condition, and whether each is switched on."""
    stored = rule_store.stored_rules(tx)
    enabled = {one.rule_id: one.enabled for one in stored if rule_store.condition_type(one.definition) == tag}
    for rule in readable_rules.readable(stored, catalogue, only=enabled.keys()):
        yield rule, enabled[rule.id]


def raise_alert(tx: Transaction, rule: Rule, reason: str, now: datetime, *, seconds: float = 0.0) -> None:
    """Raise the alert of a rule, if it is not open. `seconds`: how long it has lasted."""
    hangs_on = _alerting(tx, rule)
    series = hangs_on[0] if hangs_on else tx.value(SQL["any_series"], kind=rule.kind)
    if series is not None:  # a city without a device has no alerts
        _apply(tx, AlertChange(rule, series, Event.RAISE, now, seconds, reason, limit=rule.limit), now)


def clear_alert(tx: Transaction, rule: Rule, reason: str, now: datetime) -> None:
    """Clear the alert of a rule, if one is open."""
    for series in _alerting(tx, rule):
        _apply(tx, AlertChange(rule, series, Event.CLEAR, now, 0.0, reason), now)


def _alerting(tx: Transaction, rule: Rule) -> list[int]:
    return [row["series_id"] for row in tx.rows(SQL["series_alerting"], rule_id=rule.id)]


def _apply(tx: Transaction, change: AlertChange, now: datetime) -> None:
    alert = store.open_states(tx, [change.series_id]).get((change.rule.id, change.series_id))
    if change.event is Event.RAISE or (alert is not None and alert.active):
        store.apply_change(tx, change, alert, now)
