"""Done, checked by somebody else, the callers asked, closed; or another round of work."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from cases.clock.rework import ReworkPolicy, after_rework
from cases.errors import ActForbidden
from cases.life.case import Case, CaseTask, TaskState
from cases.life.deed import Deed, need
from cases.life.details import CallBack, Closing, Errand, Evidence, Failing
from cases.life.dispatch import lead_of
from cases.life.posts import Duty, Post, conflicting
from cases.life.requests import lapsed
from cases.life.states import CaseState
from cases.life.transitions import Act

REOPEN_WITHIN = timedelta(days=30)


def _handle(case: Case, deed: Deed) -> Case:
    said = deed.said(Evidence)
    need(said.photos, "A photograph of the result is needed.")
    need(not case.helpers, "A department that helps has not finished: wait for it, or have its task waived.")
    done = case.with_task(lead_of(case), state=TaskState.DONE, done_at=deed.at)
    return replace(lapsed(done, deed), state=CaseState.HANDLED, checked=False, handled_at=deed.at)


def _ask_check(case: Case, deed: Deed) -> Case:
    said = deed.said(Errand)
    need(not case.checked, "It is checked already.")
    barred = {name for duty, name in case.duties if duty in conflicting(Duty.CHECKED)}
    need(said.collector not in barred, f"{said.collector} filed or handled this case. Send somebody else.")
    return replace(case, state=CaseState.CHECKING, collector=said.collector)


def _pass(case: Case, deed: Deed) -> Case:
    _check_collector(case, deed)
    calls = case.callers > case.called and not case.excluded
    return replace(case, state=CaseState.CALLING if calls else CaseState.HANDLED, checked=True, collector="")


def _fail(case: Case, deed: Deed) -> Case:
    said = deed.said(Failing)
    _check_collector(case, deed)
    return _again(case, deed, said.policy)


def _call_back(case: Case, deed: Deed) -> Case:
    said = deed.said(CallBack)
    if not said.reached:
        need(not said.again, "Nobody was reached, so nobody said that it is not done.")
        return case
    need(not said.again or said.solved is False, "Only what is not solved goes back to work.")
    need(not said.explained or said.solved, "What is not solved was not explained either.")
    need(said.report not in case.called_reports, "This caller was called back already.")
    if said.again:
        return _again(case, deed, said.policy)
    need(case.called < case.callers, "Every caller was called back.")
    known = (*case.called_reports, said.report) if said.report else case.called_reports
    return replace(case, called=case.called + 1, called_reports=known)


def _close(case: Case, deed: Deed) -> Case:
    said = deed.said(Closing)
    need(case.checked, "It is not checked.")
    need(case.excluded or case.called >= case.callers, "Not every caller was called back.")
    need(said.stages_met == len(case.stages), "The closing condition of a stage is not met.")
    need(not said.still_holds or deed.reason.strip(), "The condition of its alert still holds: say why it is closed.")
    return replace(case, state=CaseState.CLOSED, ended_at=deed.at)


def _reopen(case: Case, deed: Deed) -> Case:
    recent = case.ended_at is not None and deed.at - case.ended_at <= REOPEN_WITHIN
    need(recent, f"A case is reopened within {REOPEN_WITHIN.days} days. Report a new one.")
    return replace(
        case,
        state=CaseState.FILED,
        round=case.round + 1,
        opened_round=case.round + 1,
        clock=None,
        deadline=None,
        designated="",
        checked=False,
        called=0,
        called_reports=(),
        excluded=False,
        overdue_at=None,
        handled_at=None,
        ended_at=None,
    )


def _again(case: Case, deed: Deed, policy: ReworkPolicy) -> Case:
    """Begin another round at the same department, which has it at once."""
    lead = lead_of(case)
    task = replace(lead, round=case.round + 1, state=TaskState.ACCEPTED, offered_at=deed.at, accepted_at=deed.at)
    clock = after_rework(case.clock, policy, at=deed.at) if case.clock is not None else None
    return replace(
        case,
        state=CaseState.HANDLING,
        round=case.round + 1,
        tasks=(*case.tasks, _not_done(task)),
        clock=clock,
        checked=False,
        called=0,
        called_reports=(),
        collector="",
        handled_at=None,
    )


def _not_done(task: CaseTask) -> CaseTask:
    return replace(task, done_at=None)


def _check_collector(case: Case, deed: Deed) -> None:
    sent = case.collector
    if deed.actor.post is Post.COLLECTOR and sent not in ("", deed.actor.name):
        raise ActForbidden(f"{sent} was sent to look.")


EFFECTS: Mapping[Act, Callable[[Case, Deed], Case]] = {
    Act.HANDLE: _handle,
    Act.ASK_CHECK: _ask_check,
    Act.PASS: _pass,
    Act.FAIL: _fail,
    Act.CALL_BACK: _call_back,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
}
