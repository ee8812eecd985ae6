"""What is known of the devices' presence, kept up to date at the cost of what changed.

What a device said of itself is read at once. That it goes on to report is told by its newest readings, which are read
anyhow; only a device that is new, came back from a long silence or is hardly known is looked up, a second later at
most. Reports that bring nothing new tell nobody that their device lives: so each is looked up again now and then, some
at a time, because a hundred thousand at once take a second that the newest readings would wait for.
"""

import time
from collections.abc import Callable

import pandas as pd

from cityops.devices.presence import note_reports
from cityops.storage import Transaction
from cityops.storage.devices.ledger import presence_facts, update_facts

RETURNED_EVERY = 1.0  # seconds between two reads of the devices that came, or came back
AGAIN, AGAIN_EVERY = 5_000, 5.0  # how many devices are looked up again, and seconds between two times
_NOBODY: frozenset[str] = frozenset()


class PresenceKeeper:
    """Keeps the `presence_facts` of the whole city. Whoever was given older ones goes on undisturbed."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._facts = pd.DataFrame()
        self._places = pd.Index(list[str]())  # of `sensor_id`
        self._returned: frozenset[str] = frozenset()
        self._returned_due = 0.0
        self._looked_at = 0  # the device that is looked up again next
        self._again_due = 0.0

    def read_all(self, tx: Transaction) -> pd.DataFrame:
        """Read and return the facts of every device."""
        self._facts = presence_facts(tx)
        self._places = pd.Index(self._facts["sensor_id"])
        self._again_due = self._monotonic() + AGAIN_EVERY
        return self._facts

    def update(self, tx: Transaction, changed: frozenset[str], arrived: pd.DataFrame) -> pd.DataFrame:
        """Return the facts after reading those of `changed`, where the newest readings `arrived` of others.

        `arrived`: sensor_id, received_at (UTC). Raises StorageError; whom it was to look up it looks up the next time.
        """
        begun = self._monotonic()
        if len(arrived):
            places = self._places.get_indexer(pd.Index(arrived["sensor_id"]))
            self._facts, goes_on = note_reports(self._facts, places, arrived["received_at"])
            self._returned |= frozenset(arrived["sensor_id"].to_numpy()[~goes_on])
        takes_returned, takes_again = begun >= self._returned_due, begun >= self._again_due
        asked = changed | (self._returned if takes_returned else _NOBODY) | (self._next() if takes_again else _NOBODY)
        if asked:
            self._facts, self._places = update_facts(tx, self._facts, self._places, asked)
        if takes_returned:
            self._returned, self._returned_due = frozenset(), begun + RETURNED_EVERY
        if takes_again:
            self._looked_at, self._again_due = self._looked_at + AGAIN, begun + AGAIN_EVERY
        return self._facts

    def _next(self) -> frozenset[str]:
        """Return those that are looked up again: in turn, all of a small city."""
        if self._looked_at >= len(self._places):
            self._looked_at = 0
        return frozenset(map(str, self._places[self._looked_at : self._looked_at + AGAIN]))
