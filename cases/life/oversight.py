"""督办, 吹哨 (a street calls departments to a place), comments, and what the clock says."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from cases.errors import ActForbidden, ActRefused
from cases.life.case import Case, WhistleCall
from cases.life.deed import Deed, need
from cases.life.details import Rating, Recounting, Supervising, SupervisionLevel, Whistling
from cases.life.posts import Post
from cases.life.transitions import Act

_LEVELS = list(SupervisionLevel)
MOST_CALLED = 12  # departments: they stand in the index of open cases, a row of which has 2,700 bytes


def _supervise(case: Case, deed: Deed) -> Case:
    said = deed.said(Supervising)
    if deed.actor.post is Post.CHIEF and said.level is not SupervisionLevel.ROUTINE:
        raise ActForbidden("Supervision of this level is a supervisor's.")
    present = -1 if case.supervision is None else _LEVELS.index(case.supervision)
    need(_LEVELS.index(said.level) >= present, "The level of supervision does not fall.")
    need(said.due_at > deed.at, "The time for an answer lies ahead.")
    return replace(case, supervision=said.level)


def _reply(case: Case, _: Deed) -> Case:
    need(case.supervision is not None, "Nobody supervises this case.")
    return case


def _whistle(case: Case, deed: Deed) -> Case:
    said = deed.said(Whistling)
    street = deed.actor.department
    need(said.departments and street and street not in said.departments, "A street calls other departments.")
    need(len(said.departments) <= MOST_CALLED, "At most 12 departments are called at once.")
    need(said.arrive_due > deed.at, "The time to arrive lies ahead.")
    call = WhistleCall(street, deed.at, said.arrive_due, said.departments)
    return replace(case, whistles=(*case.whistles, call))


def _arrive(case: Case, deed: Deed) -> Case:
    call = _last_call(case)
    department = deed.actor.department
    if department not in call.departments:
        raise ActForbidden(f"{department or 'Your department'} was not called.")
    need(all(name != department for name, _ in call.arrived), "Your department has arrived already.")
    return _with_call(case, replace(call, arrived=(*call.arrived, (department, deed.at))))


def _rate(case: Case, deed: Deed) -> Case:
    said = deed.said(Rating)
    call, by = _last_call(case), deed.actor.department
    of_street = by in call.departments and said.department == call.street
    of_department = by == call.street and said.department in call.departments
    if not of_street and not of_department:
        raise ActForbidden("The street rates the departments that it called, and they rate the street.")
    need(all(rated[:2] != (by, said.department) for rated in call.ratings), "You have rated already.")
    return _with_call(case, replace(call, ratings=(*call.ratings, (by, said.department, said.stars))))


def _comment(case: Case, _: Deed) -> Case:
    return case


def _overdue(case: Case, deed: Deed) -> Case:
    need(case.overdue_at is None, "It is known to be overdue.")
    if case.deadline is None or not case.deadline.is_past(deed.at):
        raise ActRefused("It is not overdue.")
    return replace(case, overdue_at=deed.at)


def _recount(case: Case, deed: Deed) -> Case:
    said = deed.said(Recounting)
    need(case.clock is not None, "Its clock does not run.")
    return replace(case, calendar=(case.calendar[0], said.calendar_version))


def _last_call(case: Case) -> WhistleCall:
    if not case.whistles:
        raise ActRefused("Nobody was called to the place.")
    return case.whistles[-1]


def _with_call(case: Case, call: WhistleCall) -> Case:
    return replace(case, whistles=(*case.whistles[:-1], call))


EFFECTS: Mapping[Act, Callable[[Case, Deed], Case]] = {
    Act.SUPERVISE: _supervise,
    Act.REPLY: _reply,
    Act.WHISTLE: _whistle,
    Act.ARRIVE: _arrive,
    Act.RATE_WHISTLE: _rate,
    Act.COMMENT: _comment,
    Act.OVERDUE: _overdue,
    Act.RECOUNT: _recount,
}
