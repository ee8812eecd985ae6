"""One act on a case: the table, the five forbidden pairs, then what the act itself needs and changes. Pure.

A case is the replay of its events, so this is also what an auditor runs again.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from cases.errors import ActForbidden, ActRefused
from cases.life import dispatch, finish, intake, oversight, requests
from cases.life.case import Calendars, Case
from cases.life.deed import Deed
from cases.life.details import Report
from cases.life.posts import CaseActor, Seat, conflicting
from cases.life.transitions import TRANSITIONS, Act, CaseTransition

Effect = Callable[[Case, Deed], Case]
EFFECTS: dict[Act, Effect] = {
    **intake.EFFECTS,
    **dispatch.EFFECTS,
    **requests.EFFECTS,
    **finish.EFFECTS,
    **oversight.EFFECTS,
}


def apply(case: Case | None, deed: Deed, calendars: Calendars) -> Case:
    """Return the case after an act. `case` is None for the act that begins one.

    Raises ActForbidden (who may not), ActRefused (the case does not permit it) or CalendarMissing.
    """
    transition = TRANSITIONS[deed.act]
    if case is None:
        _check_post(transition, deed)
        return _begin(transition, deed)
    after = after_act(case, deed)
    duties = after.duties | ({(transition.duty, deed.actor.name)} if transition.duty else set())
    return replace(after, version=case.version + 1, duties=duties).counted(calendars)


def after_act(case: Case, deed: Deed) -> Case:
    """Return what an act changes, not yet counted: all that decides whether it may be done. Raises as `apply` does."""
    transition = TRANSITIONS[deed.act]
    _check_post(transition, deed)
    if case.state not in transition.start:
        raise ActRefused(f"A case that is {case.state} cannot take “{deed.act}”.")
    _check_seat(case, transition.seat, deed.actor)
    _check_duty(case, transition, deed.actor)
    return EFFECTS[deed.act](case, deed)


def choose_actor(held: Iterable[CaseActor], act: Act, case: Case | None) -> CaseActor:
    """Return the post in which somebody does this: one that the table names, with a seat where it asks for one.

    Raises ActForbidden for who holds no such post; what else forbids the act is said by `apply`.
    """
    transition = TRANSITIONS[act]
    fitting = [actor for actor in held if actor.post in transition.posts]
    if not fitting:
        raise ActForbidden(f"“{act}” is for {', '.join(sorted(transition.posts))}.")
    seated = [actor for actor in fitting if case is None or _has_seat(case, transition.seat, actor)]
    return (seated or fitting)[0]


def replay(deeds: Iterable[Deed], calendars: Calendars) -> Case | None:
    """Return the case that these acts have made, in their order; None of no acts."""
    case: Case | None = None
    for deed in deeds:
        case = apply(case, deed, calendars)
    return case


def _begin(transition: CaseTransition, deed: Deed) -> Case:
    if transition.start or not isinstance(deed.details, Report):
        raise ActRefused("There is no such case.")
    return intake.begin(deed, deed.details)


def _check_post(transition: CaseTransition, deed: Deed) -> None:
    if deed.actor.post not in transition.posts:
        posts = ", ".join(sorted(transition.posts))
        raise ActForbidden(f"“{deed.act}” is for {posts}, and not for {deed.actor.post}.")
    if transition.reason and not deed.reason.strip():
        raise ActRefused(f"“{deed.act}” needs a reason in words.")


def _check_seat(case: Case, seat: Seat, actor: CaseActor) -> None:
    if not _has_seat(case, seat, actor):
        raise ActForbidden(
            f"This is for the department that has the task ({seat}), and {actor.department or 'yours'} has none."
        )


def _has_seat(case: Case, seat: Seat, actor: CaseActor) -> bool:
    if seat is Seat.ANYBODY:
        return True
    leads = case.lead is not None and case.lead.department == actor.department
    helps = any(task.department == actor.department for task in case.helpers)
    return (leads and seat is not Seat.HELPER) or (helps and seat is not Seat.LEAD)


def _check_duty(case: Case, transition: CaseTransition, actor: CaseActor) -> None:
    if transition.duty is None:
        return
    for other in sorted(conflicting(transition.duty)):
        if (other, actor.name) in case.duties:
            raise ActForbidden(f"{actor.name} has {other} this case, and may not be who has {transition.duty} it.")
