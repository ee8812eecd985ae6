"""What was before with an alert: its history, who was told, earlier alerts of its sensor."""

from typing import TYPE_CHECKING

from cityops.storage import Row, Transaction, load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("alerts")


def guidance_of(tx: Transaction, rule_id: str) -> tuple[str, str]:
    """Return what a rule tells people to do, in Chinese and in English; empty where it says nothing."""
    row = tx.row(SQL["rule_guidance"], rule_id=rule_id) or {}
    return row.get("zh") or "", row.get("en") or ""


def past_alerts(tx: Transaction, sensor_id: str, *, before: int, most: int) -> "pd.DataFrame":
    """Return earlier alerts of a sensor, the newest first, and how they ended: those below the number `before`.

    Columns: alert_id, title_zh, title_en, severity, opened_at, closed_at (UTC; NaT: still open), acknowledged_by,
    action, actor, reason (of the last event).
    """
    return tx.frame(SQL["past_alerts"], sensor_id=sensor_id, before=before, most=most)


def notifications(tx: Transaction, alert_id: int) -> "pd.DataFrame":
    """Return who was told about an alert, oldest first: channel, kind (raised, escalated, nag), level, title,
    created_at, due_at, attempts, delivered_at (UTC), receipt, error, failed_at, withdrawn_at.
    """
    return tx.frame(SQL["notifications_of"], alert_id=alert_id)


def changes_after(tx: Transaction, after: int, *, most: int = 500) -> list[Row]:
    """Return what happened to any alert after a place in the audit chain, in the order of the commits.

    Rows: seq (the place), alert_id, at (UTC), action, from_state, to_state, actor, reason.
    """
    return tx.rows(SQL["alert_changes"], after=after, most=most)


def alert_events(tx: Transaction, alert_id: int) -> "pd.DataFrame":
    """Return the history of one alert, oldest first: at (UTC), action, from_state, to_state, actor, reason."""
    return tx.frame(SQL["alert_events"], alert_id=alert_id)
