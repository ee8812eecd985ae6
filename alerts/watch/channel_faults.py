"""A channel that does not deliver is an alert: whoever should have been told by it cannot be, so the room is."""

from datetime import datetime

from alerts.notify.breaker_store import read_breakers
from alerts.watch.product_faults import clear_alert, raise_alert, rules_about
from cityops.catalogue import Catalogue
from cityops.storage import Database, load_queries

SQL = load_queries("alerts")


def judge_channels(database: Database, now: datetime, *, catalogue: Catalogue) -> bool:
    """Raise and clear the alerts of the rules with condition `channel-fault`. False: another watch is doing it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_job"], job="channel faults"):
            return False
        broken = [breaker for breaker in read_breakers(tx) if breaker.is_broken(now)]
        for rule, in_force in rules_about(tx, "channel-fault", catalogue):
            if broken and in_force:
                seconds = max((now - breaker.failing_since).total_seconds() for breaker in broken)
                reason = "; ".join(f"{breaker.channel}: {breaker.reason}" for breaker in broken)
                raise_alert(tx, rule, reason, now, seconds=seconds)
            else:
                clear_alert(tx, rule, "every channel delivers again", now)
    return True
