"""What a worker knows of retention: the age that is set, and the days that were dropped."""

from datetime import datetime, timedelta

from cityops.clock import microseconds
from cityops.storage import Database
from cityops.storage.readings.retention import KeptTimes, dropped_days, kept_since

LOOK_AGAIN = timedelta(seconds=30)  # days are dropped once a day


class Retention:
    """Tells which readings are kept; `age` None is for ever."""

    def __init__(self, database: Database, age: timedelta | None) -> None:
        self._database = database
        self._age = age
        self._dropped: frozenset[int] = frozenset()
        self._looked_at: datetime | None = None

    def kept(self, now: datetime) -> KeptTimes:
        """Return what is kept now. Raises StorageError."""
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_AGAIN:
            with self._database.transaction() as tx:
                self._dropped = dropped_days(tx)
            self._looked_at = now
        return KeptTimes(self._age, microseconds(now), kept_since(self._age, now), self._dropped)
