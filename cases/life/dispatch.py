"""To the departments: one leads, others help; after two returns a supervisor says who."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from cases.clock.deadline import ClockInputs
from cases.errors import ActRefused
from cases.life.case import Case, CaseTask, RequestKind, TaskRole, TaskState
from cases.life.deed import Deed, need
from cases.life.details import Assignment, Dispatching, Naming
from cases.life.states import CaseState
from cases.life.transitions import Act

MOST_RETURNS = 2  # granted; then arbitration
MOST_HELPERS = 12  # departments, each of which a case may wait for: see oversight.MOST_CALLED


def _dispatch(case: Case, deed: Deed) -> Case:
    said = deed.said(Dispatching)
    need(said.lead and said.lead not in said.helpers, "One department leads, and it is none of those that help.")
    need(len(set(said.helpers)) == len(said.helpers), "A department helps once.")
    need(len(said.helpers) <= MOST_HELPERS, "At most 12 departments help.")
    need(said.routed or deed.reason.strip(), "Other departments than routing proposes need a reason.")
    need(
        case.designated or case.granted(RequestKind.RETURN) < MOST_RETURNS,
        f"It was returned {MOST_RETURNS} times: a supervisor decides who leads.",
    )
    need(case.designated in ("", said.lead), f"A supervisor decided that {case.designated} leads.")
    offered = [CaseTask(case.round, said.lead, TaskRole.LEAD, TaskState.OFFERED, deed.at)]
    offered += [CaseTask(case.round, name, TaskRole.HELP, TaskState.OFFERED, deed.at) for name in said.helpers]
    after = replace(case, state=CaseState.DISPATCHED, tasks=(*case.tasks, *offered))
    if case.clock is not None:
        return after  # handling starts once: whoever gets it next has what is left, by the same calendar
    clock = ClockInputs(deed.at, case.stages[-1])
    return replace(after, clock=clock, calendar=(said.calendar, said.calendar_version))


def _accept(case: Case, deed: Deed) -> Case:
    lead = lead_of(case)
    accepted = case.with_task(lead, state=TaskState.ACCEPTED, accepted_at=deed.at)
    return replace(accepted, state=CaseState.HANDLING)


def _assign(case: Case, deed: Deed) -> Case:
    said = deed.said(Assignment)
    need(said.worker.strip(), "Name who does it.")
    task = case.task_of(deed.actor.department)
    return case if task is None else case.with_task(task, worker=said.worker)


def _accept_help(case: Case, deed: Deed) -> Case:
    task = _help_of(case, deed.actor.department)
    need(task.state is TaskState.OFFERED, "Your department has accepted already.")
    return case.with_task(task, state=TaskState.ACCEPTED, accepted_at=deed.at)


def _finish_help(case: Case, deed: Deed) -> Case:
    task = _help_of(case, deed.actor.department)
    need(task.state is TaskState.ACCEPTED, "Accept the task first.")
    return case.with_task(task, state=TaskState.DONE, done_at=deed.at)


def _waive_help(case: Case, deed: Deed) -> Case:
    said = deed.said(Naming)
    return case.with_task(_help_of(case, said.department), state=TaskState.WAIVED, done_at=deed.at)


def _arbitrate(case: Case, deed: Deed) -> Case:
    said = deed.said(Naming)
    need(case.granted(RequestKind.RETURN) >= MOST_RETURNS, f"It was not returned {MOST_RETURNS} times yet.")
    need(said.department, "Name the department that leads.")
    return replace(case, designated=said.department)


def lead_of(case: Case) -> CaseTask:
    """Return the lead's task. Raises ActRefused when nobody leads."""
    if case.lead is None:
        raise ActRefused("No department leads this case.")
    return case.lead


def _help_of(case: Case, department: str) -> CaseTask:
    for task in case.helpers:
        if task.department == department:
            return task
    raise ActRefused(f"{department!r} does not help in this case.")


EFFECTS: Mapping[Act, Callable[[Case, Deed], Case]] = {
    Act.DISPATCH: _dispatch,
    Act.ACCEPT: _accept,
    Act.ASSIGN: _assign,
    Act.ACCEPT_HELP: _accept_help,
    Act.FINISH_HELP: _finish_help,
    Act.WAIVE_HELP: _waive_help,
    Act.ARBITRATE: _arbitrate,
}
