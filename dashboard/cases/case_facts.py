"""One case as programs read it: its clock, tasks and requests as plain values. Pure."""

from datetime import datetime
from typing import Any

from cases.life.case import CaseRequest, CaseTask
from cityops.clock import milliseconds
from dashboard.cases.one_case import CaseClock, CaseView
from dashboard.cases.rows import case_facts
from dashboard.cases.words import CaseWords


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
