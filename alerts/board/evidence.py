"""Evidence apart from condition: an alert whose sensor is silent turns stale. It is never cleared by silence."""

from dataclasses import replace
from datetime import datetime

from alerts.board import store
from alerts.board.alert import Alert
from cityops.devices.presence import GRACE, LATE_AFTER
from cityops.storage import Transaction
from cityops.storage.operations.job_parts import JobParts


def judge_evidence(tx: Transaction, parts: JobParts, now: datetime) -> None:
    """Mark the alerts whose sensors went silent, and those whose sensors came back."""

    def turn_stale(alert: Alert) -> None:
        reason = "no fresh good reading: nobody knows whether the condition holds"
        store.save(tx, alert, replace(alert, stale_since=now), "stale", actor=store.WATCH, reason=reason, now=now)

    def turn_fresh(alert: Alert) -> None:
        reason = "a fresh good reading came"
        store.save(tx, alert, replace(alert, stale_since=None), "fresh", actor=store.WATCH, reason=reason, now=now)

    # A rule may say otherwise than LATE_AFTER with `stale_after`.
    limits = {"now": now, "stale_after": float(LATE_AFTER), "grace": GRACE.total_seconds()}
    parts.run_each("evidence", store.lock_alerts(tx, "alerts_gone_silent", **limits), turn_stale, store.name_alert)
    parts.run_each("evidence", store.lock_alerts(tx, "alerts_heard_again", **limits), turn_fresh, store.name_alert)
