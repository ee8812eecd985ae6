"""One round of what time does to alerts: evidence, expiry, incidents, deadlines, and what people are told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from alerts import escalation, evidence, expiry, incidents, outbox
from alerts.contacts import Policy
from cityops.storage import Database, load_queries

SQL = load_queries("alerts")


def tend_alerts(database: Database, now: datetime, *, policy: Policy, zone: ZoneInfo) -> bool:
    """Do what is due. Return False when another watch is doing it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_alerts"]):
            return False
        evidence.judge_evidence(tx, now)
        expiry.end_shelves(tx, now)
        expiry.end_leases(tx, now)
        escalation.escalate_overdue(tx, policy, now)
        incidents.group_new_alerts(tx, now)
        outbox.write_messages(tx, policy, now=now, zone=zone)
    return True
