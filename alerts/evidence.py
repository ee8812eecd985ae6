"""Evidence apart from condition: an alert whose sensor is silent turns stale. It is never cleared by silence."""

from dataclasses import replace
from datetime import datetime

from alerts import store
from cityops.presence import GRACE, LATE_AFTER
from cityops.storage import Transaction


def judge_evidence(tx: Transaction, now: datetime) -> int:
    """Mark the alerts whose sensors went silent, and those whose sensors came back. Return how many changed."""
    # A rule may say otherwise than LATE_AFTER with `stale_after`.
    limits = {"now": now, "stale_after": float(LATE_AFTER), "grace": GRACE.total_seconds()}
    silent = store.lock_alerts(tx, "alerts_gone_silent", **limits)
    for alert in silent:
        reason = "no fresh good reading: nobody knows whether the condition holds"
        store.save(tx, alert, replace(alert, stale_since=now), "stale", actor=store.WATCH, reason=reason, now=now)
    heard = store.lock_alerts(tx, "alerts_heard_again", **limits)
    for alert in heard:
        reason = "a fresh good reading came"
        store.save(tx, alert, replace(alert, stale_since=None), "fresh", actor=store.WATCH, reason=reason, now=now)
    return len(silent) + len(heard)
