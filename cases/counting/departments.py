"""The flags of departments and areas: all of one population, the cases whose deadline lies in the period.

What is due in a period is not what was filed in it: who counts that never counts the slow cases of last month.
"""

from collections.abc import Iterator

from cases.counting.history import CaseHistory, Flag, StepClock
from cases.life.case import RequestKind, TaskRole
from cases.life.states import CaseState
from cases.life.transitions import Act

LEVELS = {"area": 6, "street": 9}  # digits of the code of a district, and of a street
PUBLIC = frozenset({"hotline", "web", "open311", "app"})
NOT_DUE = frozenset({CaseState.CANCELLED, CaseState.MERGED, CaseState.REFUSED, CaseState.ANSWERED})
SATISFIED, FAIRLY = 4, 3  # stars


def department_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield what a case counts for the department that leads it."""
    unit = leader_of(history)
    filed = history.last(Act.FILE)
    if not unit or filed is None:
        return
    yield Flag("department", unit, "filed", filed.at, history.case_id)
    yield from _due_flags("department", unit, history, clock)


def area_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield what a case counts for its district, and for its street where that is known."""
    filed, area = history.last(Act.FILE), history.case.area
    if filed is None:
        return
    for scores, unit in ((level, area[:digits]) for level, digits in LEVELS.items() if len(area) >= digits):
        yield Flag(scores, unit, "filed", filed.at, history.case_id)
        if history.source in PUBLIC:
            yield Flag(scores, unit, "public_verified", filed.at, history.case_id)
        yield from _due_flags(scores, unit, history, clock)


def _due_flags(scores: str, unit: str, history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    case = history.case
    if case.deadline is None or case.state in NOT_DUE:
        return
    due = case.deadline.at
    close_due = clock.due("close", due)
    is_closed = case.state is CaseState.CLOSED and case.ended_at is not None
    counts = {
        "due_handle": True,
        "handled": case.handled_at is not None,
        "handled_in_time": case.handled_at is not None and case.handled_at <= due,
        "waiting_late": case.handled_at is None,  # once it is due: see month.LATE
        "extended": case.granted(RequestKind.EXTEND) > 0,
        "reworked": case.round > case.opened_round,
        "due_close": True,
        "closed": is_closed,
        "closed_in_time": is_closed and case.ended_at is not None and case.ended_at <= close_due,
        "suspended": case.state is CaseState.SUSPENDED,
    }
    for count in (count for count, holds in counts.items() if holds):
        yield Flag(scores, unit, count, due, history.case_id)


def leader_of(history: CaseHistory) -> str:
    """Return who leads a case; "" where nobody does."""
    leads = [task.department for task in history.case.tasks if task.role is TaskRole.LEAD]
    return leads[-1] if leads else ""
