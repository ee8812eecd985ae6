"""When each service last showed that it runs."""

from datetime import datetime

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def beat(tx: Transaction, service: str, now: datetime) -> None:
    """Show that a service runs."""
    tx.execute(SQL["beat"], service=service, now=now)


def heartbeats(tx: Transaction) -> dict[str, datetime]:
    """Return when each service was last seen, UTC."""
    return {row["service"]: row["beat_at"] for row in tx.rows(SQL["heartbeats"])}
