"""The cases of the present, for screens: those that are open, and what was done today."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cityops.storage import Transaction, load_queries

SQL = load_queries("cases")


@dataclass(frozen=True, slots=True)
class CaseNow:
    """One case as a map and its numbers need it; times in UTC. `filed_at`: today, else None."""

    case_id: int
    area_code: str
    lead_department: str
    severity: int
    longitude: float | None
    latitude: float | None
    due_at: datetime | None
    handled_at: datetime | None
    ended_at: datetime | None
    is_overdue: bool
    filed_at: datetime | None


def cases_now(tx: Transaction, since: datetime, some: Collection[int] | None = None) -> dict[int, CaseNow]:
    """Return the cases that are open or ended since a moment, by their id; of `some` only those."""
    rows = tx.rows(SQL["cases_now"], since=since, whole=some is None, cases=list(some or ()))
    return {row["case_id"]: CaseNow(**row) for row in rows}
