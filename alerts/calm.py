"""Closes every open alert of some sensors at once, as a demonstration does that begins from calm.

Never for a real city: whoever calls this says which sensors are simulated.
"""

from collections.abc import Collection
from datetime import datetime

from alerts import store
from alerts.alert import Alert
from alerts.lifecycle import Event, State
from cityops.storage import Transaction

_BACK = {State.SHLVD: Event.UNSHELVE, State.DSUPR: Event.UNSUPPRESS, State.OOSRV: Event.RETURN}


def close_all(tx: Transaction, sensors: Collection[str], *, actor: str, reason: str, now: datetime) -> int:
    """Close the open alerts of these sensors, whatever their state, and return how many they were.

    The state of detection stays: a condition that goes on is no news, one that comes true again is. What somebody
    works on at this moment is left out.
    """
    alerts = store.lock_alerts(tx, "open_alerts_of", sensors=sorted(sensors))
    for alert in alerts:
        _close(tx, alert, actor=actor, reason=reason, now=now)
    return len(alerts)


def _close(tx: Transaction, alert: Alert, *, actor: str, reason: str, now: datetime) -> None:
    if alert.state in _BACK:
        event = _BACK[alert.state]
        alert = _follow(tx, alert, event, actor=actor, reason=reason, now=now)
    if alert.closed_at is None:
        _follow(tx, alert, Event.CLOSE, actor=actor, reason=reason, now=now)


def _follow(tx: Transaction, alert: Alert, event: Event, *, actor: str, reason: str, now: datetime) -> Alert:
    after = alert.after(event, now=now, lease_until=None, stale_since=None, shelved_until=None)
    return store.save(tx, alert, after, event, actor=actor, reason=reason, now=now)
