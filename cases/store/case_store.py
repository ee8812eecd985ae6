"""Cases in the database: read, begun and changed. Every change is one conditional statement with its event."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from cases.errors import ActRefused, CaseChanged, CaseTaken, CaseUnknown
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import Report
from cases.life.posts import Post
from cases.life.rehearsal import awaited_by, departments_of
from cases.life.states import CaseState
from cases.store import snapshots
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.errors import AlreadyStored

SQL = load_queries("cases")


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Where something is, and what it looks like. Kept beside the events: it may name persons, and be forgotten."""

    description: str = ""
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None


def find_case(tx: Transaction, case_id: int, *, lock: bool = False) -> Case:
    """Return a case as its events have made it; `lock`: until the commit. Raises CaseUnknown, also out of scope."""
    text = tx.value(SQL["lock_case" if lock else "find_case"], case_id=case_id)
    if text is None:
        raise CaseUnknown
    return snapshots.read_case(text)


def find_cases(tx: Transaction, cases: Sequence[int]) -> dict[int, Case]:
    """Return cases by their id; those that are not there, or out of scope, are left out."""
    rows = tx.rows(SQL["find_cases"], cases=list(cases))
    return {row["case_id"]: snapshots.read_case(row["snapshot"]) for row in rows}


def case_row(tx: Transaction, case_id: int) -> Row:
    """Return a case as a list shows it; times are UTC. Raises CaseUnknown."""
    row = tx.row(SQL["case_row"], case_id=case_id)
    if row is None:
        raise CaseUnknown
    return row


def case_events(tx: Transaction, case_id: int) -> list[Row]:
    """Return everything that was done with a case, in order.

    Rows: seq, at (UTC), act, from_state, to_state, actor, post, department, reason, data (JSON), origin.
    """
    return tx.rows(SQL["case_events"], case_id=case_id)


def begin_case(tx: Transaction, case: Case, deed: Deed, place: CasePlace, *, zone: ZoneInfo, origin: str) -> int:
    """Store a case that has just begun; return its number in the database."""
    said = deed.said(Report)
    values = {
        "day_code": f"{deed.at.astimezone(zone):%Y%m%d}",
        "source": said.source,
        "longitude": place.longitude,
        "latitude": place.latitude,
        "address": place.address,
        "description": place.description,
        "alert_id": case.alert_id,
        "kind": case.kind.value,
        "reported_by": case.reported_by,
        "reported_at": case.reported_at,
    }
    columns = _columns(case, deed.at) | _event(None, deed, origin)
    return int(tx.value(SQL["begin_case"], **values, **columns))


def save_case(tx: Transaction, case_id: int, before: Case, after: Case, deed: Deed, *, origin: str) -> None:
    """Make an act true, if the case is still as it was at `before.version`.

    Raises CaseTaken naming who was first, CaseChanged when a program was, CaseUnknown; and ActRefused where another
    open case follows its alert.
    """
    values = _columns(after, deed.at) | _event(before.state, deed, origin)
    values["tasks"] = json.dumps([{"place": place, **snapshots.plain(task)} for place, task in enumerate(after.tasks)])
    values["requests"] = json.dumps(snapshots.plain(after.requests))
    try:
        saved = tx.value(SQL["change_case"], case_id=case_id, seen=before.version, **values)
    except AlreadyStored as error:
        raise ActRefused("Another open case follows its alert.") from error
    if saved is None:
        explain_refusal(tx, case_id)


def explain_refusal(tx: Transaction, case_id: int) -> NoReturn:
    """Say who was first. Raises CaseTaken, CaseChanged or CaseUnknown."""
    last = tx.row(SQL["last_case_event"], case_id=case_id)
    if last is None:
        raise CaseUnknown
    if last["post"] == Post.PROGRAM:
        raise CaseChanged
    raise CaseTaken(last["actor"], last["act"])


def condition_holds(tx: Transaction, case_id: int) -> bool:
    """Whether the condition of an alert that a case follows holds."""
    return bool(tx.value(SQL["condition_holds"], case_id=case_id))


def _columns(case: Case, at: datetime) -> dict[str, Any]:
    clock, deadline = case.clock, case.deadline
    return {
        "version": case.version,
        "state": case.state.value,
        "category": case.category,
        "standard": case.standard,
        "severity": case.severity,
        "area_code": case.area,
        "round": case.round,
        "lead_department": case.lead.department if case.lead is not None else "",
        "called_departments": list(case.whistles[-1].departments) if case.whistles else [],
        "dispatched_at": clock.start if clock is not None else None,
        "due_at": deadline.at if deadline is not None else None,
        "due_provisional": deadline is not None and deadline.provisional,
        "paused_until": clock.pauses[-1].ends if clock is not None and case.state is CaseState.SUSPENDED else None,
        "overdue_at": case.overdue_at,
        "handled_at": case.handled_at,
        "ended_at": case.ended_at,
        "master": case.master,
        "alerts": json.dumps(
            [{"alert_id": one.alert_id, "alert_event_id": one.event, "evidence": one.hash} for one in case.alerts]
        ),
        "snapshot": snapshots.write_case(case),
        "awaited": sorted(awaited_by(case, at)),
        "departments": sorted(departments_of(case)),
    }


def _event(state: CaseState | None, deed: Deed, origin: str) -> dict[str, Any]:
    at: datetime = deed.at
    return {
        "at": at,
        "act": deed.act.value,
        "from_state": state.value if state is not None else "",
        "actor": deed.actor.name,
        "post": deed.actor.post.value,
        "department": deed.actor.department,
        "reason": deed.reason.strip(),
        "data": snapshots.write_details(deed.details),
        "origin": origin,
    }
