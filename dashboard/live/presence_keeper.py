"""What is known of the devices' presence, kept up to date at the cost of what changed.

What a device said of itself is read at once. That it goes on to report is told by its newest readings, which are read
anyhow; only a device that is new, came back from a long silence or is hardly known is looked up, a second later at
most. Reports that bring nothing new tell nobody that their device lives: so the whole is read now and then.
"""

import time
from collections.abc import Callable

import pandas as pd

from cityops.devices.presence import note_reports
from cityops.storage import Transaction
from cityops.storage.devices.ledger import presence_facts, update_facts

WHOLE_EVERY = 10.0  # seconds, or so long that reading the whole takes WHOLE_SHARE of the time
WHOLE_SHARE = 0.01
RETURNED_EVERY = 1.0  # seconds between two reads of the devices that came, or came back


def due_after(begun: float, ended: float, every: float, share: float) -> float:
    """Return when something is read next, so that it takes no more than its share of the time."""
    return ended + max(every, (ended - begun) / share)


class PresenceKeeper:
    """Keeps the `presence_facts` of the whole city. Whoever was given older ones goes on undisturbed."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._facts = pd.DataFrame()
        self._places = pd.Index([])  # of `sensor_id`
        self._whole_due = 0.0
        self._returned: frozenset[str] = frozenset()
        self._returned_due = 0.0

    def read_all(self, tx: Transaction) -> pd.DataFrame:
        """Read and return the facts of every device."""
        begun = self._monotonic()
        self._keep(presence_facts(tx))
        self._whole_due = due_after(begun, self._monotonic(), WHOLE_EVERY, WHOLE_SHARE)
        return self._facts

    def update(self, tx: Transaction, changed: frozenset[str], arrived: pd.DataFrame) -> pd.DataFrame:
        """Return the facts after reading those of `changed`, where the newest readings `arrived` of others.

        `arrived`: sensor_id, received_at (UTC). Now and then this reads all of them.
        """
        begun = self._monotonic()
        if begun >= self._whole_due:
            return self.read_all(tx)
        if len(arrived):
            places = self._places.get_indexer(pd.Index(arrived["sensor_id"]))
            self._facts, goes_on = note_reports(self._facts, places, arrived["received_at"])
            self._returned |= frozenset(arrived["sensor_id"].to_numpy()[~goes_on])
        if begun >= self._returned_due:
            changed, self._returned, self._returned_due = changed | self._returned, frozenset(), begun + RETURNED_EVERY
        if changed:
            self._keep(update_facts(tx, self._facts, changed))
        return self._facts

    def _keep(self, facts: pd.DataFrame) -> None:
        self._facts, self._places = facts, pd.Index(facts["sensor_id"])
