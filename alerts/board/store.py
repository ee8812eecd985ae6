"""Alerts as they change in the database: each change is one conditional statement and one row of `alert_event`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import NoReturn

from alerts.board import deadlines
from alerts.board.alert import Alert, ResponsePolicy, TriggerValue
from alerts.detection.alert_change import AlertChange
from alerts.errors import AlertChanged, AlertUnknown, LostRace
from alerts.lifecycle import AlertState, Event, Suppression
from alerts.measures import Quantity
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("alerts")
DETECTION = "detection"  # the actor of changes that no person made
WATCH = "watch"  # the actor of those that time made
PROGRAMS = frozenset({DETECTION, WATCH})


def open_states(tx: Transaction, series: Iterable[int]) -> dict[tuple[str, int], Alert]:
    """Return each open alert of these series by (rule id, series), locked until the commit."""
    found = (_alert(row) for row in tx.rows(SQL["open_states"], series=sorted(series)))
    return {(alert.rule_id, alert.series_id): alert for alert in found}


def apply_change(tx: Transaction, change: AlertChange, alert: Alert | None, now: datetime) -> Alert:
    """Store what detection found on the open alert of this rule and series, None when there is none.

    Return the alert as it is now; one that was closed by it has `closed_at`.
    """
    rule = change.rule
    if alert is None or alert.closed_at is not None:
        terms = terms_of(tx, rule.id, rule.severity)
        row = _raise(tx, change, terms, now)
        if row is not None:
            _record_event(
                tx,
                row["alert_id"],
                change.event,
                AlertState.NORM,
                AlertState.UNACK,
                actor=DETECTION,
                reason=change.reason,
                now=now,
            )
            return _alert(row)
        alert = open_states(tx, [change.series_id])[rule.id, change.series_id]  # another worker was first
    if change.event is Event.CLEAR:
        after = alert.cleared(change.time, now=now)
    elif alert.active:
        return alert
    else:
        terms = terms_of(tx, rule.id, rule.severity)
        after = alert.raised(_seen(change), severity=rule.severity, terms=terms, now=now)
    return save(tx, alert, after, change.event.value, actor=DETECTION, reason=change.reason, now=now)


def lock_alerts(tx: Transaction, query: str, **values: object) -> list[Alert]:
    """Return the alerts that a named query selects, locked; those that somebody else works on are left out."""
    return [_alert(row) for row in tx.rows(SQL[query], **values)]


def name_alert(alert: Alert) -> str:
    """Return how an alert is called in a log."""
    return f"alert {alert.alert_id}"


def find_alert(tx: Transaction, alert_id: int) -> Alert:
    """Return one alert, open or closed. Raises AlertUnknown."""
    row = tx.row(SQL["find_alert"], alert_id=alert_id)
    if row is None:
        raise AlertUnknown
    return _alert(row)


def lock_alert(tx: Transaction, alert_id: int) -> Alert:
    """Return one alert, open or closed, locked until the commit. Raises AlertUnknown."""
    row = tx.row(SQL["lock_alert"], alert_id=alert_id)
    if row is None:
        raise AlertUnknown
    return _alert(row)


def terms_of(tx: Transaction, rule_id: str, severity: int) -> ResponsePolicy:
    """Return what a rule asks of people; what it does not say follows from the severity."""
    row = tx.row(SQL["rule_terms"], rule_id=rule_id) or {}
    return ResponsePolicy(
        department=row.get("department") or "",
        acknowledge=row.get("acknowledge") or deadlines.ACKNOWLEDGE[severity],
        handle=row.get("handle") or deadlines.HANDLE[severity],
        latching=bool(row.get("latching")),
    )


def save(tx: Transaction, before: Alert, after: Alert, action: str, *, actor: str, reason: str, now: datetime) -> Alert:
    """Make a change true, if the alert is still as it was at `before.version`, and keep it as an event.

    Raises LostRace naming who was first, AlertChanged when a program was, AlertUnknown.
    """
    if not tx.execute(SQL["change_alert"], **_columns(after)):
        explain_refusal(tx, before.alert_id, action)
    _record_event(tx, before.alert_id, action, before.state, after.state, actor=actor, reason=reason, now=now)
    return replace(after, version=before.version + 1)


def rest_escalation(tx: Transaction, alert_id: int) -> None:
    """There is no higher level to tell."""
    tx.execute(SQL["rest_escalation"], alert_id=alert_id)


def forget_course(tx: Transaction, alert: Alert) -> None:
    """Have detection judge this rule and series from the start."""
    tx.execute(SQL["forget_course"], rule_id=alert.rule_id, series_id=alert.series_id)


def explain_refusal(tx: Transaction, alert_id: int, action: str) -> NoReturn:
    """Say why an action came too late: somebody has the alert, or acted on it since, or a program did."""
    alert = find_alert(tx, alert_id)
    if action == Event.ACKNOWLEDGE and alert.acknowledged and alert.acknowledged_by is not None:
        raise LostRace(alert.acknowledged_by)
    last = tx.row(SQL["last_event"], alert_id=alert_id)
    if last is not None and last["actor"] not in PROGRAMS:
        raise LostRace(last["actor"], last["action"])
    raise AlertChanged


def _raise(tx: Transaction, change: AlertChange, terms: ResponsePolicy, now: datetime) -> Row | None:
    return tx.row(
        SQL["raise_alert"],
        rule_id=change.rule.id,
        series_id=change.series_id,
        severity=change.rule.severity,
        time=change.time,
        now=now,
        latched=terms.latching,
        department=terms.department,
        ack_due=now + terms.acknowledge,
        handle_due=now + terms.handle,
        **_stored(_seen(change).columns),
    )


def _seen(change: AlertChange) -> TriggerValue:
    return TriggerValue(change.value, change.limit, change.measured)


def _alert(row: Row) -> Alert:
    return Alert(**{name: row[name] for name in Alert.__slots__} | enums_of(row))


def enums_of(row: Row) -> dict[str, Enum]:
    """Return the columns of a row of an alert that are enumerations."""
    return {"suppression": Suppression(row["suppression"]), "quantity": Quantity(row["quantity"])}


def _columns(alert: Alert) -> dict[str, object]:
    return _stored({name: getattr(alert, name) for name in Alert.__slots__})


def _stored(columns: Mapping[str, object]) -> dict[str, object]:
    """Return columns as the database takes them: enumerations by their value."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in columns.items()}


def _record_event(
    tx: Transaction,
    alert_id: int,
    action: str,
    state: AlertState,
    following: AlertState,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    tx.execute(
        SQL["record_alert_event"],
        alert_id=alert_id,
        at=now,
        action=action,
        from_state=state.value,
        to_state=following.value,
        actor=actor,
        reason=reason,
    )
