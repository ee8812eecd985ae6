"""What brokers dropped, by their own count: the one loss that ingest cannot see by itself."""

from dataclasses import dataclass
from datetime import datetime

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


@dataclass(frozen=True, slots=True)
class BrokerDrops:
    """The messages that a broker (host:port) dropped in all, for any of its clients. Times are UTC."""

    broker: str
    dropped: int
    grew_at: datetime | None  # when it last said that more were dropped
    heard_at: datetime


def note_drops(tx: Transaction, broker: str, dropped: int, heard_at: datetime) -> None:
    """Store a broker's counter: messages dropped since it was started."""
    tx.execute(SQL["note_drops"], broker=broker, dropped=dropped, heard_at=heard_at)


def broker_drops(tx: Transaction) -> list[BrokerDrops]:
    """Return what each broker that counts has dropped."""
    return [BrokerDrops(**row) for row in tx.rows(SQL["broker_drops"])]
