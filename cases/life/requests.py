"""What one person asks for and another decides: return 退单, extension 延期, suspension 挂账, exclusion 剔除.

Asking stops no clock. Refused requests do not count towards what may be granted.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from cases.errors import ActForbidden, ActRefused
from cases.life.case import Case, CaseRequest, RequestKind, TaskState
from cases.life.deed import Deed, need
from cases.life.details import Asking, Deciding
from cases.life.dispatch import MOST_RETURNS, lead_of
from cases.life.posts import Post
from cases.life.states import CaseState
from cases.life.transitions import Act

MOST_EXTENSIONS = 2
MOST_SUSPENSIONS = 1
LONGEST_SUSPENSION = timedelta(days=366)
_OF_DEPARTMENTS = (RequestKind.RETURN, RequestKind.EXTEND, RequestKind.SUSPEND)
DECIDES: Mapping[Act, tuple[RequestKind, ...]] = {
    Act.GRANT_RETURN: (RequestKind.RETURN,),
    Act.GRANT_EXTEND: (RequestKind.EXTEND,),
    Act.GRANT_SUSPEND: (RequestKind.SUSPEND,),
    Act.GRANT_EXCLUDE: (RequestKind.EXCLUDE,),
    Act.DENY: tuple(kind for kind in RequestKind if kind is not RequestKind.EXCLUDE),
    Act.DENY_EXCLUDE: (RequestKind.EXCLUDE,),
}
"""The requests that each act may decide."""


def _ask_return(case: Case, deed: Deed) -> Case:
    need(not case.designated, "A supervisor decided who leads: this case is not returned any more.")
    need(case.granted(RequestKind.RETURN) < MOST_RETURNS, f"It was returned {MOST_RETURNS} times already.")
    task = case.task_of(deed.actor.department)
    accepted = task is not None and task.state is not TaskState.OFFERED
    earlier = [r for r in case.requests if r.department == deed.actor.department and r.after_accept]
    once = not any(r.kind is RequestKind.RETURN and r.round == case.round for r in earlier)
    need(not accepted or once, "After it was accepted a return is asked for once.")
    return _ask(case, deed, RequestKind.RETURN, after_accept=accepted)


def _ask_extend(case: Case, deed: Deed) -> Case:
    need(case.granted(RequestKind.EXTEND) < MOST_EXTENSIONS, f"{MOST_EXTENSIONS} extensions were granted already.")
    return _ask(case, deed, RequestKind.EXTEND)


def _ask_suspend(case: Case, deed: Deed) -> Case:
    need(case.granted(RequestKind.SUSPEND) < MOST_SUSPENSIONS, "It was suspended once already.")
    until = deed.said(Asking).until
    need(until is not None and deed.at < until <= deed.at + LONGEST_SUSPENSION, "Say until when: within a year.")
    return _ask(case, deed, RequestKind.SUSPEND)


def _ask_cancel(case: Case, deed: Deed) -> Case:
    return _ask(case, deed, RequestKind.CANCEL)


def _ask_exclude(case: Case, deed: Deed) -> Case:
    need(not case.excluded, "It is excluded already.")
    return _ask(case, deed, RequestKind.EXCLUDE)


def _ask(case: Case, deed: Deed, kind: RequestKind, *, after_accept: bool = False) -> Case:
    if kind in _OF_DEPARTMENTS:
        need(case.deadline is None or not case.deadline.is_past(deed.at), "The case is overdue: it is too late to ask.")
    same = [request for request in case.pending(kind) if request.department == deed.actor.department]
    need(not same, "The same was asked for already, and waits for a decision.")
    asked = CaseRequest(
        number=len(case.requests) + 1,
        kind=kind,
        round=case.round,
        asked_by=deed.actor.name,
        asked_at=deed.at,
        department=deed.actor.department,
        as_lead=case.lead is not None and case.lead.department == deed.actor.department,
        after_accept=after_accept,
        until=deed.details.until if isinstance(deed.details, Asking) else None,
    )
    return replace(case, requests=(*case.requests, asked))


def _grant_return(case: Case, deed: Deed) -> Case:
    request = _waiting(case, deed)
    granted = _decide(case, request, deed, granted=True)
    lead = lead_of(case)
    if request.department != lead.department:
        helpers = [task for task in case.helpers if task.department == request.department]
        return granted.with_task(helpers[0], state=TaskState.RETURNED, done_at=deed.at) if helpers else granted
    returned = granted.with_task(lead, state=TaskState.RETURNED, done_at=deed.at).without_open_tasks()
    return replace(lapsed(returned, deed), state=CaseState.FILED)


def _grant_extend(case: Case, deed: Deed) -> Case:
    request = _waiting(case, deed)
    already = case.granted(RequestKind.EXTEND)
    wanted = Post.DISPATCHER if already == 0 else Post.CHIEF
    if deed.actor.post is not wanted:
        raise ActForbidden(f"Extension {already + 1} is granted by a {wanted}.")
    if case.clock is None:
        raise ActRefused
    return replace(_decide(case, request, deed, granted=True), clock=case.clock.extended(case.clock.limit))


def _grant_suspend(case: Case, deed: Deed) -> Case:
    request = _waiting(case, deed)
    if case.clock is None or request.until is None or request.until <= deed.at:
        raise ActRefused("The time until which it was to be suspended is over.")
    granted = _decide(case, request, deed, granted=True)
    return replace(granted, state=CaseState.SUSPENDED, clock=case.clock.paused(deed.at, request.until))


def _grant_exclude(case: Case, deed: Deed) -> Case:
    request = _waiting(case, deed)
    return replace(_decide(case, request, deed, granted=True), excluded=True)


def _deny(case: Case, deed: Deed) -> Case:
    return _decide(case, _waiting(case, deed), deed, granted=False)


def _resume(case: Case, deed: Deed) -> Case:
    if case.clock is None:
        raise ActRefused
    timer = deed.actor.post is Post.PROGRAM
    need(not timer or not case.clock.is_paused(deed.at), "The time of the suspension is not over.")
    return replace(case, state=CaseState.HANDLING, clock=case.clock.resumed(deed.at))


def _cancel(case: Case, deed: Deed) -> Case:
    waiting = [r for r in case.pending(RequestKind.CANCEL) if r.asked_by != deed.actor.name]
    need(waiting, "Cancelling needs the request of a second person.")
    granted = _decide(case, waiting[0], deed, granted=True).without_open_tasks()
    return replace(lapsed(granted, deed), state=CaseState.CANCELLED, ended_at=deed.at)


def lapsed(case: Case, deed: Deed) -> Case:
    """Return the case with no request waiting: those that nobody decided have lapsed."""
    requests = tuple(
        replace(r, granted=False, decided_at=deed.at) if r.granted is None and r.kind in _OF_DEPARTMENTS else r
        for r in case.requests
    )
    return replace(case, requests=requests)


def _waiting(case: Case, deed: Deed) -> CaseRequest:
    said = deed.said(Deciding)
    request = case.find_request(said.request, *DECIDES[deed.act])
    if request.asked_by == deed.actor.name:
        raise ActForbidden(f"{deed.actor.name} asked for this, and may not be who decides.")
    return request


def _decide(case: Case, request: CaseRequest, deed: Deed, *, granted: bool) -> Case:
    decided = replace(request, granted=granted, decided_by=deed.actor.name, decided_at=deed.at)
    return replace(case, requests=tuple(decided if r == request else r for r in case.requests))


EFFECTS: Mapping[Act, Callable[[Case, Deed], Case]] = {
    Act.ASK_RETURN: _ask_return,
    Act.ASK_EXTEND: _ask_extend,
    Act.ASK_SUSPEND: _ask_suspend,
    Act.ASK_CANCEL: _ask_cancel,
    Act.ASK_EXCLUDE: _ask_exclude,
    Act.GRANT_RETURN: _grant_return,
    Act.GRANT_EXTEND: _grant_extend,
    Act.GRANT_SUSPEND: _grant_suspend,
    Act.GRANT_EXCLUDE: _grant_exclude,
    Act.DENY: _deny,
    Act.DENY_EXCLUDE: _deny,
    Act.RESUME: _resume,
    Act.CANCEL: _cancel,
}
