"""What could be done with a case, found by doing it without keeping it: no rule stands here a second time. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from cases.clock.limits import Limit, LimitUnit
from cases.errors import ActForbidden, ActRefused
from cases.life.acts import after_act, choose_actor
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import (
    AlertEvidence,
    Asking,
    Assignment,
    CallBack,
    Closing,
    Deciding,
    Details,
    Dispatching,
    Errand,
    Evidence,
    Failing,
    Filing,
    Merging,
    Naming,
    Rating,
    Recounting,
    Refusal,
    RefusalGround,
    Supervising,
    SupervisionLevel,
    Whistling,
)
from cases.life.posts import OF_DEPARTMENTS, CaseActor, Post
from cases.life.requests import DECIDES
from cases.life.transitions import TRANSITIONS, Act

# The other side of a merge: nobody does these by themselves.
BY_PROGRAMS = frozenset({Act.ABSORB, Act.RELEASE})
_SOON = timedelta(hours=1)
_SOMEBODY = "?"  # where an act names somebody or something that the person has still to choose


@dataclass(frozen=True, slots=True)
class ActOption:
    """An act of somebody's post, and why it cannot be done now; "" when it can."""

    act: Act
    why_not: str = ""


def why_not(case: Case, act: Act, actor: CaseActor, at: datetime) -> str:
    """Return why somebody cannot do an act now, as a sentence; "" when they can, with details that fit."""
    try:
        after_act(case, Deed(act, actor, at, "?", _fitting_details(case, act, actor, at)))
    except (ActRefused, ActForbidden) as refused:
        return refused.why
    return ""


def act_options(case: Case, held: Sequence[CaseActor], at: datetime) -> list[ActOption]:
    """Return every act of somebody's posts on a case, in the order of the table, with the reason why not."""
    posts = {actor.post for actor in held}
    mine = [act for act, row in TRANSITIONS.items() if row.start and posts & row.posts and act not in BY_PROGRAMS]
    return [ActOption(act, why_not(case, act, choose_actor(held, act, case), at)) for act in mine]


def awaited_by(case: Case, at: datetime) -> frozenset[str]:
    """Return for whom work waits, as keys: see `waiting_key`. Of a case that has ended there is none but exclusions."""
    found = set()
    for act, row in TRANSITIONS.items():
        if case.state not in row.start:
            continue
        for post in row.waits:
            found |= {waiting_key(actor) for actor in _candidates(case, post) if not why_not(case, act, actor, at)}
    return frozenset(found)


def waiting_key(actor: CaseActor) -> str:
    """Return by what a case says that it waits for somebody: the post, with a department or a collector's name."""
    if actor.department:
        return f"{actor.post}:{actor.department}"
    return f"{actor.post}@{actor.name}" if actor.name else str(actor.post)


def waiting_keys(held: Iterable[CaseActor]) -> list[str]:
    """Return the keys of all that waits for somebody who holds these posts."""
    keys: set[str] = set()
    for actor in held:
        keys |= {waiting_key(actor)} if actor.department else {str(actor.post), f"{actor.post}@{actor.name}"}
    return sorted(keys)


def departments_of(case: Case) -> frozenset[str]:
    """Return the departments that have something to do with an open case now, or have done it in this round."""
    tasks = {task.department for task in case.tasks if task.round == case.round and case.task_of(task.department)}
    return frozenset(tasks | set(case.whistles[-1].departments if case.whistles else ()))


def _candidates(case: Case, post: Post) -> list[CaseActor]:
    """Return who of a post could be meant: each department of the case, or the collector who was sent."""
    if post in OF_DEPARTMENTS:
        return [CaseActor("", post, department) for department in sorted(departments_of(case))]
    return [CaseActor(case.collector if post is Post.COLLECTOR else "", post)]


def _fitting_details(case: Case, act: Act, actor: CaseActor, at: datetime) -> Details:
    """Return details of which none is the reason for a refusal."""
    if act in DECIDES:
        fitting = [r for r in case.pending() if r.kind in DECIDES[act]]
        of_others = [r for r in fitting if r.asked_by != actor.name]
        return Deciding(request=next((r.number for r in (*of_others, *fitting)), 0))
    make = _DETAILS.get(act)
    return make(case, at) if make is not None else Details()


def _rating(case: Case, _: datetime) -> Rating:
    return Rating(department=case.whistles[-1].street if case.whistles else _SOMEBODY, stars=5)


def _naming(case: Case, _: datetime) -> Naming:
    return Naming(department=case.helpers[0].department if case.helpers else _SOMEBODY)


def _filing(case: Case, _: datetime) -> Filing:
    stage = Limit(Decimal(1), LimitUnit.URGENT_HOUR)
    return Filing(category=_SOMEBODY, standard=_SOMEBODY, area=case.area, severity=3, stages=(stage,))


_ASKS = (Act.ASK_RETURN, Act.ASK_EXTEND, Act.ASK_SUSPEND, Act.ASK_CANCEL, Act.ASK_EXCLUDE)
_DETAILS: dict[Act, Callable[[Case, datetime], Details]] = {
    Act.REFUSE: lambda _, __: Refusal(ground=RefusalGround.OUTSIDE),
    Act.ASK_VERIFY: lambda _, __: Errand(),
    Act.VERIFY: lambda _, __: Evidence(photos=(_SOMEBODY,)),
    Act.FILE: _filing,
    Act.MERGE: lambda _, __: Merging(master=0),
    Act.SUPERSEDE: lambda _, __: Merging(master=0),
    Act.DISPATCH: lambda case, _: Dispatching(
        lead=case.designated or _SOMEBODY, calendar="", calendar_version=0, routed=True
    ),
    Act.ASSIGN: lambda _, __: Assignment(worker=_SOMEBODY),
    Act.WAIVE_HELP: _naming,
    Act.ARBITRATE: lambda _, __: Naming(department=_SOMEBODY),
    Act.HANDLE: lambda _, __: Evidence(photos=(_SOMEBODY,)),
    Act.ASK_CHECK: lambda _, __: Errand(),
    Act.PASS: lambda _, __: Evidence(),
    Act.FAIL: lambda _, __: Failing(),
    Act.CALL_BACK: lambda _, __: CallBack(reached=True, solved=True),
    Act.CLOSE: lambda case, _: Closing(stages_met=len(case.stages)),
    Act.SUPERVISE: lambda case, at: Supervising(level=case.supervision or SupervisionLevel.ROUTINE, due_at=at + _SOON),
    Act.WHISTLE: lambda _, at: Whistling(departments=(_SOMEBODY,), arrive_due=at + _SOON),
    Act.RATE_WHISTLE: _rating,
    Act.LINK_ALERT: lambda _, __: AlertEvidence(alert_id=0),
    Act.RECOUNT: lambda case, _: Recounting(calendar_version=case.calendar[1]),
    **dict.fromkeys(_ASKS, lambda _, at: Asking(until=at + _SOON)),
}
