"""The calm from which a demonstration begins: what is open on simulated sensors is closed, with the reason.

Nothing of a real city is: only the sensors that a simulator has made known as its own are on the stage.
"""

from datetime import datetime

from alerts.board import store
from alerts.board.closing import close_in_any_state
from cityops.storage import Transaction
from cityops.storage.operations.scenarios import current_run


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
        close_in_any_state(tx, alert, reason=f"The scenario {run.name} begins from calm.", now=now)
    return len(alerts)
