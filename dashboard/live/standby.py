"""What is read from a standby, which follows its primary with a delay: as of when it is, and what to read once more.

The primary says how far its log is, the standby how much of it has been replayed. So the age of what is read needs no
two clocks that agree, an idle primary looks like one, and a cut link does not: what is read then grows old.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from cityops.storage import Database, StorageError, Transaction, load_queries
from cityops.storage.changes import EVERYTHING, NOTHING, ChangedRows

SQL = load_queries("cityops.storage")
MOST = 1000  # questions that the standby has not reached; one further behind is read as a whole


@dataclass(frozen=True, slots=True)
class AskedPosition:
    """Where the log of the primary was at a moment, and what had changed until then since the question before."""

    at: datetime
    position: int
    changed: ChangedRows


class StandbyFollower:
    """Follows one reader of a standby. Not for several threads at once."""

    def __init__(self, primary: Database) -> None:
        self._primary = primary
        self._ahead: deque[AskedPosition] = deque(maxlen=MOST)  # of the standby, as far as is known
        self._as_of: datetime | None = None

    def still_to_read(self, changed: ChangedRows, now: datetime) -> ChangedRows:
        """Return `changed`, of which the primary told, with all that the standby may not have shown yet."""
        try:
            with self._primary.transaction() as tx:
                position = tx.value(SQL["log_position"])
        except StorageError:
            return EVERYTHING  # nothing is heard of either; the age of what is read says the rest
        self._ahead.append(AskedPosition(now, position, changed))
        if len(self._ahead) == MOST:
            return EVERYTHING
        return reduce(ChangedRows.__or__, (one.changed for one in self._ahead), NOTHING)

    def reached(self, tx: Transaction, now: datetime) -> datetime:
        """Return as of when all is seen that is read in `tx` from here on: `now` where it is no standby."""
        replayed = tx.row(SQL["replayed"])
        if replayed is None:
            self._ahead.clear()
            return now
        while self._ahead and self._ahead[0].position <= replayed["position"]:
            self._as_of = self._ahead.popleft().at
        return min(now, self._as_of or replayed["committed_at"])
