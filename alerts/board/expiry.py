"""What ends by itself: shelves, and acknowledgements that nobody acted on."""

from datetime import datetime

from alerts.board import store
from alerts.board.alert import Alert
from alerts.lifecycle import Event
from cityops.storage import Transaction
from cityops.storage.operations.job_parts import JobParts


def end_shelves(tx: Transaction, parts: JobParts, now: datetime) -> None:
    """Bring back what was put aside until now."""

    def bring_back(alert: Alert) -> None:
        after = alert.returned(Event.UNSHELVE, terms=store.terms_of(tx, alert.rule_id, alert.severity), now=now)
        store.save(tx, alert, after, Event.UNSHELVE, actor=store.WATCH, reason="the time on the shelf is over", now=now)

    parts.run_each("shelves", store.lock_alerts(tx, "shelves_over", now=now), bring_back, store.name_alert)


def end_leases(tx: Transaction, parts: JobParts, now: datetime) -> None:
    """Make what was acknowledged but not attended to anybody's again."""

    def lapse(alert: Alert) -> None:
        reason = f"{alert.acknowledged_by} did not act on it in time"
        store.save(tx, alert, alert.lapsed(now=now), Event.LAPSE, actor=store.WATCH, reason=reason, now=now)

    parts.run_each("leases", store.lock_alerts(tx, "leases_over", now=now), lapse, store.name_alert)
