"""The calm from which a demonstration begins: what is open on simulated sensors is closed, with the reason.

Nothing of a real city is: only the sensors that a simulator has made known as its own are on the stage.
"""

from datetime import datetime

from alerts import store
from alerts.alert import Alert
from alerts.lifecycle import Event, State
from cityops.storage import Transaction
from cityops.storage.scenarios import current_run

_BACK = {State.SHLVD: Event.UNSHELVE, State.DSUPR: Event.UNSUPPRESS, State.OOSRV: Event.RETURN}


def clear_stage(tx: Transaction, now: datetime) -> int:
    """Close the open alerts of simulated sensors while a scenario waits to begin; return how many they were.

    Whatever their state, and also those that come meanwhile. The state of detection stays: a condition that goes on
    is no news, one that comes true again is. What somebody works on at this moment is left for the next round.
    """
    run = current_run(tx)
    if run is None or not run.is_clearing(now):
        return 0
    alerts = store.lock_alerts(tx, "open_alerts_on_stage")
    for alert in alerts:
        _close(tx, alert, reason=f"The scenario {run.name} begins from calm.", now=now)
    return len(alerts)


def _close(tx: Transaction, alert: Alert, *, reason: str, now: datetime) -> None:
    if alert.state in _BACK:
        event = _BACK[alert.state]
        alert = _follow(tx, alert, event, reason=reason, now=now)
    if alert.closed_at is None:
        _follow(tx, alert, Event.CLOSE, reason=reason, now=now)


def _follow(tx: Transaction, alert: Alert, event: Event, *, reason: str, now: datetime) -> Alert:
    after = alert.after(event, now=now, lease_until=None, stale_since=None, shelved_until=None)
    return store.save(tx, alert, after, event, actor=store.WATCH, reason=reason, now=now)
