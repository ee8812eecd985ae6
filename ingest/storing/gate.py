"""Who is blocked: what comes of them all the same, until the broker refuses them, is thrown away and counted."""

from datetime import datetime, timedelta

from cityops.storage import Database
from cityops.storage.messages.blocks import blocked_sensors

LOOK_AGAIN = timedelta(seconds=1)  # how often a worker asks who is blocked


class Gate:
    """Whom a worker lets in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._blocked: frozenset[str] = frozenset()
        self._looked_at: datetime | None = None

    def blocked(self, now: datetime) -> frozenset[str]:
        """Return the ids that are blocked, as of a second ago. Raises StorageError."""
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_AGAIN:
            with self._database.transaction() as tx:
                self._blocked = blocked_sensors(tx)
            self._looked_at = now
        return self._blocked
