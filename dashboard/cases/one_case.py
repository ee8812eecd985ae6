"""One case with all that a page and a program show of it: its clock, tasks, requests, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.clock.progress import ClockSegment, light, strip
from cases.life.case import Case, CaseRequest, CaseTask
from cases.life.posts import CaseActor
from cases.life.rehearsal import ActOption, act_options
from cases.store.case_store import case_events, case_row, find_case
from cases.store.catalogue.calendars import StoredCalendars
from cityops.clock import milliseconds
from cityops.storage import Row, Transaction
from dashboard.cases.rows import case_facts
from dashboard.cases.words import CaseWords


@dataclass(frozen=True, slots=True)
class CaseClock:
    """What the clock of handling counted up to a moment, and what it will count up to the deadline."""

    segments: list[ClockSegment]
    light: str
    now: datetime
    due_at: datetime
    provisional: bool
    stopped_at: datetime | None  # it was handled

    @property
    def left(self) -> timedelta:
        """How much time is left; less than nothing when it is late."""
        return self.due_at - (self.stopped_at or self.now)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as somebody sees it."""

    case_id: int
    row: Row
    case: Case
    events: list[Row]
    options: list[ActOption]
    clock: CaseClock | None


def read_case_view(tx: Transaction, case_id: int, held: Sequence[CaseActor], now: datetime) -> CaseView:
    """Return a case. Raises CaseUnknown."""
    row, case = case_row(tx, case_id), find_case(tx, case_id)
    options = act_options(case, held, now)
    return CaseView(case_id, row, case, case_events(tx, case_id), options, _clock(tx, case, now))


def view_facts(view: CaseView, words: CaseWords) -> dict[str, Any]:
    """Return a case as JSON has it; times are ms since 1970, null while there is none."""
    case = view.case
    return case_facts(view.row, words) | {
        "description": view.row["description"],
        "standard": view.row["standard"],
        "round": case.round,
        "reported_by": case.reported_by,
        "supervision": case.supervision,
        "master": case.master,
        "clock": _clock_facts(view.clock),
        "stages": [words.limit(limit) for limit in case.stages],
        "tasks": [_task_facts(task, words) for task in case.tasks],
        "requests": [_request_facts(request) for request in case.requests],
        "acts": [{"act": option.act, "why_not": option.why_not or None} for option in view.options],
    }


def _clock(tx: Transaction, case: Case, now: datetime) -> CaseClock | None:
    clock, deadline = case.running_clock, case.deadline
    if clock is None or deadline is None:
        return None
    calendar = StoredCalendars(tx)[case.calendar]
    stopped = case.handled_at or case.ended_at
    until = max(stopped or now, deadline.at, clock.start)
    colour = light(clock, stopped or now, calendar)
    return CaseClock(strip(clock, until, calendar), colour, now, deadline.at, deadline.provisional, stopped)


def _clock_facts(clock: CaseClock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    return {
        "light": clock.light,
        "due": milliseconds(clock.due_at),
        "provisional": clock.provisional,
        "stopped": _ms(clock.stopped_at),
        "segments": [[part.kind, milliseconds(part.begins), milliseconds(part.ends)] for part in clock.segments],
    }


def _task_facts(task: CaseTask, words: CaseWords) -> dict[str, Any]:
    return {
        "round": task.round,
        "department": task.department,
        "department_name": words.department(task.department),
        "role": task.role,
        "state": task.state,
        "worker": task.worker,
        "offered": milliseconds(task.offered_at),
        "accepted": _ms(task.accepted_at),
        "done": _ms(task.done_at),
    }


def _request_facts(request: CaseRequest) -> dict[str, Any]:
    return {
        "number": request.number,
        "kind": request.kind,
        "department": request.department,
        "asked_by": request.asked_by,
        "asked": milliseconds(request.asked_at),
        "until": _ms(request.until),
        "granted": request.granted,
        "decided_by": request.decided_by,
        "decided": _ms(request.decided_at),
    }


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else milliseconds(moment)
