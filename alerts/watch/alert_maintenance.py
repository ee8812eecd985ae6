"""One round of what time does to alerts: evidence, expiry, incidents, deadlines, and what people are told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.board import evidence, expiry, retirement
from alerts.board.incidents import incident_store
from alerts.notify import escalation, outbox
from alerts.notify.contacts import Policy
from alerts.watch import calm
from cityops.storage import Database, load_queries
from cityops.storage.operations.job_parts import JobParts

SQL = load_queries("alerts")


def tend_alerts(database: Database, now: datetime, *, policy: Policy, zone: ZoneInfo) -> bool:
    """Do what is due. Return False when another watch is doing it.

    A step that fails, or an alert that cannot be changed, is noted (`operations.job_failures`); the rest is done.
    """
    with database.transaction() as tx:
        if not tx.value(SQL["lead_alerts"]):
            return False
        parts = JobParts(tx, "alerts")
        with parts.run("stage"):
            calm.clear_stage(tx, now)
        with parts.run("retired sensors"):
            retirement.end_alerts(tx, parts, now)
        with parts.run("evidence"):
            evidence.judge_evidence(tx, parts, now)
        with parts.run("shelves"):
            expiry.end_shelves(tx, parts, now)
        with parts.run("leases"):
            expiry.end_leases(tx, parts, now)
        with parts.run("escalation"):
            escalation.escalate_overdue(tx, parts, policy, now)
        with parts.run("incidents"):
            incident_store.group_new_alerts(tx, parts, now)
        with parts.run("outbox"):
            outbox.write_messages(tx, parts, policy, now=now, zone=zone)
        parts.note(now)
    return True
