"""Alerts in the database. Every change is one conditional statement and one row of `alert_event`."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import pandas as pd

from alerts.detect import Change
from alerts.errors import AlertChanged, AlertUnknown, LostRace
from alerts.lifecycle import TRANSITIONS, Event, State, state_of
from alerts.rules import Rule
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("alerts")
DETECTION = "detection"  # the actor of changes that no person made


def store_rules(tx: Transaction, rules: Iterable[Rule], now: datetime) -> None:
    """Copy rules into table `rule`; one whose definition changed gets a new version and is switched on."""
    for rule in rules:
        definition = msgspec.json.encode(rule).decode()
        tx.execute(SQL["store_rule"], rule_id=rule.id, definition=definition, now=now)


def enabled_rules(tx: Transaction) -> set[str]:
    """Return the ids of the rules that are switched on."""
    return {row["rule_id"] for row in tx.rows(SQL["enabled_rules"])}


def switch_off_rule(tx: Transaction, rule_id: str, fault: str, now: datetime) -> None:
    """Switch a rule off because it failed."""
    tx.execute(SQL["switch_off_rule"], rule_id=rule_id, fault=fault, now=now)


def open_series(tx: Transaction) -> set[int]:
    """Return the series that have an open alert."""
    return {row["series_id"] for row in tx.rows(SQL["open_series"])}


def open_states(tx: Transaction, series: Iterable[int]) -> dict[tuple[str, int], State]:
    """Return the state of each open alert of these series by (rule id, series), locked until the commit."""
    return {
        (row["rule_id"], row["series_id"]): state_of(active=row["active"], acknowledged=row["acknowledged"])
        for row in tx.rows(SQL["open_states"], series=sorted(series))
    }


def apply_change(tx: Transaction, change: Change, state: State, now: datetime) -> State:
    """Store what detection found on an alert in `state`; return the new state."""
    following = TRANSITIONS[state, change.event]
    alert_id = tx.value(
        SQL[{Event.RAISE: "raise_alert", Event.CLEAR: "clear_alert"}[change.event]],
        rule_id=change.rule.id,
        series_id=change.series_id,
        severity=change.rule.severity,
        time=change.time,
        now=now,
        value=change.value,
        limit=change.rule.limit,
    )
    _record_event(tx, alert_id, change.event, state, following, actor=DETECTION, reason=change.reason, now=now)
    return following


def acknowledge(tx: Transaction, alert_id: int, *, version: int, actor: str, now: datetime) -> None:
    """Take an alert, seen at `version`, into one's hands.

    Raises LostRace naming the winner, AlertChanged when it changed otherwise, AlertUnknown.
    """
    before = tx.row(SQL["acknowledge_alert"], alert_id=alert_id, version=version, actor=actor, now=now)
    if before is None:
        _explain_refusal(tx, alert_id)
    else:
        state = state_of(active=before["active"], acknowledged=False)
        following = TRANSITIONS[state, Event.ACKNOWLEDGE]
        _record_event(tx, alert_id, Event.ACKNOWLEDGE, state, following, actor=actor, reason="acknowledged", now=now)
        record(tx, actor, "alert.acknowledge", str(alert_id), at=now, origin="dashboard")


def open_alerts(tx: Transaction) -> pd.DataFrame:
    """Return every open alert, most urgent first.

    Columns: alert_id, version, rule_id, title_zh, title_en, guidance_zh, guidance_en, severity (1 highest),
    state (UNACK, ACKED, RTNUN), active, acknowledged, acknowledged_by, acknowledged_at, opened_at,
    detected_at, cleared_at (UTC), sensor_id, sensor_name, area_code, domain, kind, metric, unit,
    trigger_value, limit_value, value, value_time (latest reading), lon, lat (WGS-84).
    """
    frame = tx.frame(SQL["open_alerts"])
    states = [
        state_of(active=bool(active), acknowledged=bool(acknowledged)).value
        for active, acknowledged in zip(frame["active"], frame["acknowledged"], strict=True)
    ]
    return frame.assign(state=pd.Series(states, index=frame.index, dtype="str"))


def alert_events(tx: Transaction, alert_id: int) -> pd.DataFrame:
    """Return the history of one alert, oldest first: at (UTC), action, from_state, to_state, actor, reason."""
    return tx.frame(SQL["alert_events"], alert_id=alert_id)


def _explain_refusal(tx: Transaction, alert_id: int) -> None:
    row = tx.row(SQL["alert_holder"], alert_id=alert_id)
    if row is None:
        raise AlertUnknown
    if row["acknowledged"] and row["acknowledged_by"] is not None:
        raise LostRace(row["acknowledged_by"])
    raise AlertChanged


def _record_event(
    tx: Transaction,
    alert_id: int,
    event: Event,
    state: State,
    following: State,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    tx.execute(
        SQL["record_alert_event"],
        alert_id=alert_id,
        at=now,
        action=event.value,
        from_state=state.value,
        to_state=following.value,
        actor=actor,
        reason=reason,
    )
