"""Which sensors and accounts the broker refuses, and how much of theirs ingest has thrown away."""

from collections.abc import Mapping
from datetime import datetime

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def store_block(tx: Transaction, sensor_id: str, actor: str, reason: str, now: datetime) -> bool:
    """Refuse a sensor from now on. Return False where it was refused already."""
    return bool(tx.execute(SQL["store_block"], sensor=sensor_id, actor=actor, reason=reason, now=now))


def remove_block(tx: Transaction, sensor_id: str) -> bool:
    """Let a sensor in again. Return False where it was not refused."""
    return bool(tx.execute(SQL["remove_block"], sensor=sensor_id))


def blocked_sensors(tx: Transaction) -> frozenset[str]:
    """Return the ids that are refused."""
    return frozenset(row["sensor_id"] for row in tx.rows(SQL["blocked_sensors"]))


def count_refused(tx: Transaction, counts: Mapping[str, int], now: datetime) -> None:
    """Count messages of blocked sensors that were thrown away."""
    if counts:
        tx.execute(SQL["count_refused"], sensors=[*counts], counts=[*counts.values()], now=now)
