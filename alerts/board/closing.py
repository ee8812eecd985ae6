"""Closing an alert by the program itself, whatever its state."""

from datetime import datetime

from alerts.board import store
from alerts.board.alert import Alert
from alerts.lifecycle import Event, Suppression
from cityops.storage import Transaction

_RETURN = {
    Suppression.SHELVED: Event.UNSHELVE,
    Suppression.BY_DESIGN: Event.UNSUPPRESS,
    Suppression.OUT_OF_SERVICE: Event.RETURN,
}


def close_in_any_state(tx: Transaction, alert: Alert, *, reason: str, now: datetime) -> None:
    """Close an open alert; one that is put aside is brought back first, as its life demands."""
    if alert.suppression is not Suppression.NONE:
        event = _RETURN[alert.suppression]
        after = alert.returned(event, terms=store.terms_of(tx, alert.rule_id, alert.severity), now=now)
        alert = store.save(tx, alert, after, event, actor=store.WATCH, reason=reason, now=now)
    if alert.closed_at is None:
        after = alert.after(Event.CLOSE, now=now, lease_until=None, stale_since=None)
        store.save(tx, alert, after, Event.CLOSE, actor=store.WATCH, reason=reason, now=now)
