"""The audit log: who did what, when, from where, and whether it worked. Rows are only ever added."""

from datetime import datetime
from typing import Any

import msgspec

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def record(
    tx: Transaction,
    actor: str,
    action: str,
    subject: str,
    *,
    at: datetime,
    origin: str = "command line",
    success: bool = True,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one row, in the transaction of what it records: if it cannot be written, nothing happens."""
    tx.execute(
        SQL["record_audit"],
        at=at,
        actor=actor,
        action=action,
        object=subject,
        success=success,
        origin=origin,
        detail=msgspec.json.encode(detail or {}).decode(),
    )
