"""What the page of the system's state asks the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cityops.storage.database import Row, Transaction
from cityops.storage.messages.brokers import BrokerDrops, broker_drops
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")

LATELY = timedelta(hours=1)
CLOCK_OFF = 30.0  # seconds: a device's clock that is further off should be set
MOST = 5  # names in each list


@dataclass(frozen=True, slots=True)
class SystemCounts:
    """Sizes are bytes, times UTC."""

    database_bytes: int
    letters_waiting: int
    letters_lately: int
    letters_bytes: int
    messages_waiting: int
    messages_oldest: datetime | None
    wrong_clocks: int
    clocks: list[Row]  # sensor_id, skew (seconds; positive: behind)
    senders: list[Row]  # sender, count
    drops: list[BrokerDrops]


def system_counts(tx: Transaction, now: datetime) -> SystemCounts:
    """Return what is counted; in a limited scope only what lies in it."""
    values: dict[str, Any] = {"now": now, "since": now - LATELY, "limit": CLOCK_OFF, "most": MOST}
    counts = tx.row(SQL["system_counts"], **values) or {}
    return SystemCounts(
        **counts,
        clocks=tx.rows(SQL["wrong_clocks"], **values),
        senders=tx.rows(SQL["letter_senders"], **values),
        drops=broker_drops(tx),
    )
