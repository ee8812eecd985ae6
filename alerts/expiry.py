"""What ends by itself: shelves, and acknowledgements that nobody acted on."""

from datetime import datetime

from alerts import store
from alerts.lifecycle import Event
from cityops.storage import Transaction


def end_shelves(tx: Transaction, now: datetime) -> int:
    """Bring back what was put aside until now. Return how many."""
    over = store.lock_alerts(tx, "shelves_over", now=now)
    for alert in over:
        after = alert.returned(Event.UNSHELVE, terms=store.terms_of(tx, alert.rule_id, alert.severity), now=now)
        store.save(tx, alert, after, Event.UNSHELVE, actor=store.WATCH, reason="the time on the shelf is over", now=now)
    return len(over)


def end_leases(tx: Transaction, now: datetime) -> int:
    """Make what was acknowledged but not attended to anybody's again. Return how many."""
    over = store.lock_alerts(tx, "leases_over", now=now)
    for alert in over:
        reason = f"{alert.acknowledged_by} did not act on it in time"
        store.save(tx, alert, alert.lapsed(now=now), Event.LAPSE, actor=store.WATCH, reason=reason, now=now)
    return len(over)
