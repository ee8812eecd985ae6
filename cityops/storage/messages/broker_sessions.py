"""The sessions that workers have at brokers, and the queues that were lost with them.

A broker keeps for a worker that is away what its devices say. Where that is gone, nobody can tell what was in it; that
it is gone must at least be known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


class LossReason(StrEnum):
    """What became of a session."""

    GONE = "gone"  # the broker did not have it any more
    TAKEN = "taken"  # somebody else connected under the same client id


@dataclass(frozen=True, slots=True)
class LostBrokerQueue:
    """A queue at a broker (host:port) that was lost. Times are UTC; what came after `since` may be lost."""

    noticed_at: datetime
    since: datetime
    broker: str
    client_id: str
    reason: LossReason


def note_connection(
    tx: Transaction, broker: str, client_id: str, *, kept: bool, expiry: timedelta, now: datetime
) -> LostBrokerQueue | None:
    """Store that a worker is connected. Return the loss when its session should have been there and was not.

    `kept`: whether the broker still had it; `expiry`: how long a broker keeps it for a worker that is away.
    """
    seen_at = tx.value(SQL["session_seen"], broker=broker, client_id=client_id)
    see_session(tx, broker, client_id, now)
    if kept or seen_at is None or now - seen_at >= expiry:
        return None
    return _note(tx, LostBrokerQueue(now, seen_at, broker, client_id, LossReason.GONE))


def note_taken(tx: Transaction, broker: str, client_id: str, now: datetime) -> LostBrokerQueue:
    """Store that somebody else took a worker's session: what the broker gave him, the worker will not get."""
    seen_at = tx.value(SQL["session_seen"], broker=broker, client_id=client_id)
    return _note(tx, LostBrokerQueue(now, seen_at or now, broker, client_id, LossReason.TAKEN))


def see_session(tx: Transaction, broker: str, client_id: str, now: datetime) -> None:
    """Store that a worker is still connected."""
    tx.execute(SQL["see_session"], broker=broker, client_id=client_id, now=now)


def lost_queues(tx: Transaction, *, since: datetime) -> list[LostBrokerQueue]:
    """Return the queues that were lost since a moment, the newest first."""
    rows = tx.rows(SQL["lost_queues"], since=since)
    return [LostBrokerQueue(**{**row, "reason": LossReason(row["reason"])}) for row in rows]


def count_lost_queues(tx: Transaction) -> int:
    """Return how many queues were ever lost."""
    return int(tx.value(SQL["count_lost_queues"]))


def forget_sessions(tx: Transaction, broker: str) -> None:
    """Expect no session at a broker: it was ended cleanly, and keeps nothing over its own end."""
    tx.execute(SQL["forget_broker_sessions"], broker=broker)


def _note(tx: Transaction, lost: LostBrokerQueue) -> LostBrokerQueue:
    tx.execute(
        SQL["note_lost_queue"],
        now=lost.noticed_at,
        since=lost.since,
        broker=lost.broker,
        client_id=lost.client_id,
        reason=lost.reason.value,
    )
    return lost
