"""Lists of cases as each post sees them: first what waits for whoever looks, then what is due soonest.

For whom a case waits is decided in `cases.life.rehearsal` and stored with each act; here it is only read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cases.life.posts import CaseActor, department_of, is_of_department_only
from cases.life.rehearsal import awaited_by, departments_of, waiting_keys
from cases.life.states import CaseState
from cases.store.snapshots import read_case
from cityops.scope import Scope
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")
Which = Literal["open", "closed", "all"]


Box = tuple[float, float, float, float]  # west, south, east, north; degrees


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are asked for; empty is any. `category` and `area` are the beginnings of codes."""

    state: str = ""
    category: str = ""
    department: str = ""
    area: str = ""
    severity: int = 0
    overdue: bool = False
    text: str = ""  # part of the number, the address or the description
    box: Box | None = None  # where they lie


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many open cases are in a state: all, those that wait for whoever asks, those that are overdue."""

    open: int = 0
    mine: int = 0
    overdue: int = 0


def urgent_cases(
    tx: Transaction,
    wanted: CaseFilter,
    held: Sequence[CaseActor],
    *,
    most: int,
    listed: Sequence[int] = (),
    mine_only: bool = False,
) -> list[Row]:
    """Return open cases: what waits for these posts first, each part by its deadline; those `listed` left out.

    Rows: case_id, number, version, state, kind, source, category, severity, area_code, longitude, latitude, address,
    summary (of the description), alert_id, lead_department, reported_at, due_at, due_provisional, overdue_at,
    handled_at, ended_at (UTC), is_mine.
    """
    values = filter_values(wanted, held, listed, tx.scope)
    mine = tx.rows(SQL["urgent_cases"], **values, others=False, most=most) if held else []
    if mine_only or len(mine) == most:
        return mine
    return mine + tx.rows(SQL["urgent_cases"], **values, others=True, most=most - len(mine))


def cases_by_number(
    tx: Transaction,
    wanted: CaseFilter,
    held: Sequence[CaseActor],
    *,
    most: int,
    which: Which = "open",
    below: int | None = None,
    listed: Sequence[int] = (),
) -> list[Row]:
    """Return cases with the same columns, the newest first, below a number that no change of a case moves."""
    values = filter_values(wanted, held, listed, tx.scope)
    return tx.rows(
        SQL["cases_by_number"], **values, below=below, open=which == "open", ended=which == "closed", most=most
    )


def count_cases(tx: Transaction, held: Sequence[CaseActor]) -> Mapping[CaseState, StateCount]:
    """Return how many open cases are in each state that has some."""
    values = {"mine": waiting_keys(held), "department": _department(held), "within": tx.scope.only_area}
    rows = tx.rows(SQL["case_counts"], **values)
    return {CaseState(row["state"]): StateCount(row["open"], row["mine"], row["overdue"]) for row in rows}


def note_waiting(tx: Transaction, now: datetime, *, most: int) -> int:
    """Note of cases that were stored before for whom they wait; return of how many."""
    rows = tx.rows(SQL["cases_of_unknown_waiting"], most=most)
    for row in rows:
        case = read_case(row["snapshot"])
        found = {"awaited": sorted(awaited_by(case, now)), "departments": sorted(departments_of(case))}
        tx.execute(SQL["note_waiting"], case_id=row["case_id"], **found)
    return len(rows)


def case_of_alert(tx: Transaction, alert_id: int) -> Row | None:
    """Return case_id, number, state and ended_at of the case that follows an alert: the open one, else the newest."""
    return tx.row(SQL["case_of_alert"], alert_id=alert_id)


def case_by_number(tx: Transaction, number: str) -> int | None:
    """Return the id of the case that people call by a number."""
    found = tx.value(SQL["case_by_number"], number=number)
    return None if found is None else int(found)


def filter_values(
    wanted: CaseFilter, held: Sequence[CaseActor], listed: Sequence[int], scope: Scope
) -> dict[str, object]:
    """Return what the queries of lists ask for, by its name in them.

    `within` hides nothing that the scope shows: it lets the index of areas find the cases of a street.
    """
    west, south, east, north = wanted.box or (None, None, None, None)
    escaped = wanted.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return {
        "mine": waiting_keys(held),
        "listed": list(listed),
        "state": wanted.state,
        "category": wanted.category,
        "department": _department(held) or wanted.department,
        "area": wanted.area,
        "within": scope.only_area,
        "severity": wanted.severity,
        "overdue": wanted.overdue,
        "text": wanted.text,
        "pattern": f"%{escaped}%",
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }


def _department(held: Sequence[CaseActor]) -> str:
    """Return the department whose cases somebody sees and no others; "" for who has a post of the centre too."""
    return department_of(held) if is_of_department_only(held) else ""
