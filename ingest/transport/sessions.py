"""What became of this worker's session at the broker, written down: a queue that is lost is noticed, not found out."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.storage import Database
from cityops.storage.messages.broker_sessions import (
    LossReason,
    LostBrokerQueue,
    note_connection,
    note_taken,
    see_session,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """The broker let us in (`kept`: with the session of before), or gave our session to somebody else (`taken`)."""

    at: datetime
    kept: bool = False
    taken: bool = False


class SessionKeeper:
    """Writes the fate of one worker's session into the ledger."""

    def __init__(self, database: Database, *, broker: str, client_id: str, expiry: timedelta) -> None:
        self._database = database
        self._broker = broker
        self._client_id = client_id
        self._expiry = expiry

    def note(self, events: Iterable[SessionEvent]) -> None:
        """Write events down, in their order. Raises StorageError."""
        with self._database.transaction() as tx:
            lost = [
                note_taken(tx, self._broker, self._client_id, event.at)
                if event.taken
                else note_connection(
                    tx, self._broker, self._client_id, kept=event.kept, expiry=self._expiry, now=event.at
                )
                for event in events
            ]
        for loss in filter(None, lost):
            _report(loss)

    def see(self, now: datetime) -> None:
        """Write down that the session is still ours. Raises StorageError."""
        with self._database.transaction() as tx:
            see_session(tx, self._broker, self._client_id, now)


def _report(lost: LostBrokerQueue) -> None:
    words = {
        LossReason.GONE: "the broker lost our queue; what devices sent meanwhile may be lost",
        LossReason.TAKEN: "somebody else connected under our client id and took our queue",
    }
    logger.error(
        words[lost.reason],
        extra={"action": "lost_queue", "client_id": lost.client_id, "since": lost.since.isoformat()},
    )
