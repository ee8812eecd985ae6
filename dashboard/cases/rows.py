"""One case as a list and a program see it: plain values."""

from typing import Any

from cases.life.states import CaseState
from cases.store.case_list import StateCount
from cityops.clock import milliseconds
from cityops.storage import Row
from dashboard.cases.words import CaseWords

_TIMES = {
    "reported_at": "reported",
    "due_at": "due",
    "overdue_at": "overdue",
    "handled_at": "handled",
    "ended_at": "ended",
}


def case_facts(row: Row, words: CaseWords) -> dict[str, Any]:
    """Return a case as JSON has it; times are ms since 1970, null while there is none. `mine`: it waits for you."""
    return {
        "id": row["case_id"],
        "number": row["number"],
        "version": row["version"],
        "state": row["state"],
        "kind": row["kind"],
        "source": row["source"],
        "category": row["category"],
        "category_name": words.category(row["category"]) if row["category"] else "",
        "severity": row["severity"],
        "area": row["area_code"],
        "area_name": words.area(row["area_code"]),
        "address": row["address"],
        "longitude": row["longitude"],
        "latitude": row["latitude"],
        "department": row["lead_department"],
        "department_name": words.department(row["lead_department"]) if row["lead_department"] else "",
        "alert": row["alert_id"],
        "due_provisional": row["due_provisional"],
        "mine": bool(row.get("is_mine", False)),
        **{name: milliseconds(row[column]) if row[column] else None for column, name in _TIMES.items()},
    }


def count_facts(counts: dict[CaseState, StateCount]) -> dict[str, dict[str, int]]:
    """Return how many are open by state, in the order of the loop."""
    return {
        state.value: {"open": found.open, "mine": found.mine, "overdue": found.overdue}
        for state in CaseState
        if (found := counts.get(state))
    }
