"""Missed deadlines tell the next level: nobody has the alert, or whoever has it is not done."""

from dataclasses import replace
from datetime import datetime

from alerts.board import store
from alerts.board.alert import Alert
from alerts.notify.contacts import Policy
from cityops.storage import Transaction
from cityops.storage.operations.job_parts import JobParts

LEAST_LEVELS = 3  # levels counted on the desk even where the city names fewer contacts


def escalate_overdue(tx: Transaction, parts: JobParts, policy: Policy, now: datetime) -> None:
    """Raise the level of every alert whose deadline was missed."""
    top = max(LEAST_LEVELS, len({len(contact.area) for contact in policy.contact})) - 1

    def escalate(alert: Alert) -> None:
        if alert.escalation_level >= top:
            store.rest_escalation(tx, alert.alert_id)  # everybody was told; reminders go on
            return
        terms = store.terms_of(tx, alert.rule_id, alert.severity)
        after = replace(alert, escalation_level=alert.escalation_level + 1, escalate_at=now + terms.acknowledge)
        reason = "not handled in time" if alert.acknowledged else "nobody acknowledged it in time"
        store.save(tx, alert, after, "escalate", actor=store.WATCH, reason=reason, now=now)

    parts.run_each("escalation", store.lock_alerts(tx, "escalations_due", now=now), escalate, store.name_alert)
