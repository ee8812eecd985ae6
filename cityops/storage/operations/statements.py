"""What the statements of this database cost, as the server itself counts (pg_stat_statements)."""

from dataclasses import dataclass
from datetime import datetime

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")
MOST = 50


@dataclass(frozen=True, slots=True)
class StatementCost:
    """One statement, without its values. Times in ms; shares from 0 to 1; `from_memory` None where it read nothing."""

    statement: str
    calls: int
    total_ms: float
    mean_ms: float
    worst_ms: float
    rows_a_call: float
    from_memory: float | None
    share: float


@dataclass(frozen=True, slots=True)
class StatementStatistics:
    """The costliest statements, that of the longest time together first, counted since a moment (UTC)."""

    since: datetime
    costs: list[StatementCost]


def statement_statistics(tx: Transaction, most: int = MOST) -> StatementStatistics | None:
    """Return what is counted; None where the server does not count. Of others' statements a role sees no text."""
    if not tx.value(SQL["keeps_statements"]):
        return None
    rows = tx.rows(SQL["statement_statistics"], most=most)
    return StatementStatistics(tx.value(SQL["statements_since"]), [StatementCost(**row) for row in rows])
