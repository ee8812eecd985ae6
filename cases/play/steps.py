"""What people do next with a case, and when: seeded, so that the same case has the same story. Pure.

Departments differ: some are often late, some send cases back, some work badly and have to do it again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from cases.life.case import CaseTask, RequestKind, TaskState
from cases.life.details import (
    Asking,
    Assignment,
    CallBack,
    Deciding,
    Errand,
    Evidence,
    Failing,
    Refusal,
    RefusalGround,
)
from cases.life.dispatch import MOST_RETURNS
from cases.life.posts import TIMER, CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import TRANSITIONS, Act
from cases.play.cast import crew_of, head_of, someone
from cases.play.play_step import PlayStep
from cases.play.played_case import PlayedCase

# How often, of a hundred.
VERIFIED, REFUSED, FAILED = 12, 6, 8
RETURNED, RETURN_GRANTED, EXTENDED, SUSPENDED = 6, 35, 8, 3
UNREACHED, UNSOLVED = 10, 12
_A_MOMENT = timedelta(seconds=1)


def next_step(scene: PlayedCase) -> PlayStep | None:
    """Return what is done next with a case; None when nothing is: it ended, or waits for people of flesh and blood."""
    plan = _PLANS.get(scene.case.state)
    step = None if plan is None else plan(scene)
    case = scene.case
    late = case.deadline is not None and case.overdue_at is None and case.state in TRANSITIONS[Act.OVERDUE].start
    if late and case.deadline is not None and (step is None or case.deadline.at < step.at):
        return PlayStep(max(case.deadline.at + _A_MOMENT, scene.last_at), Act.OVERDUE, TIMER)
    return step


def _reported(scene: PlayedCase) -> PlayStep | None:
    case = scene.case
    if not case.category:
        return None  # nobody here knows what it is
    if case.version == 1 and scene.happens(VERIFIED):
        sent = someone(Post.COLLECTOR, scene.chance, other_than=case.reported_by).name
        return PlayStep(
            scene.after(2, 10), Act.ASK_VERIFY, someone(Post.ACCEPTOR, scene.chance), Errand(collector=sent)
        )
    chief = someone(Post.CHIEF, scene.chance)
    if case.version == 1 and scene.happens(REFUSED):
        said = Refusal(ground=scene.chance.choice((RefusalGround.IN_HAND, RefusalGround.OUTSIDE)))
        return PlayStep(scene.after(5, 30), Act.REFUSE, chief, said, "重复上报，已在处置")
    return PlayStep(scene.after(3, 25), Act.FILE, chief)


def _verifying(scene: PlayedCase) -> PlayStep:
    collector = CaseActor(scene.case.collector, Post.COLLECTOR)
    return PlayStep(scene.after(10, 60), Act.VERIFY, collector, Evidence(photos=scene.photo()))


def _filed(scene: PlayedCase) -> PlayStep:
    if scene.case.granted(RequestKind.RETURN) >= MOST_RETURNS and not scene.case.designated:
        supervisor = someone(Post.SUPERVISOR, scene.chance)
        return PlayStep(scene.after(20, 90), Act.ARBITRATE, supervisor, reason="两次退单，指定承办")
    return PlayStep(scene.after(2, 15), Act.DISPATCH, someone(Post.DISPATCHER, scene.chance), reason="按权责清单派遣")


def _dispatched(scene: PlayedCase) -> PlayStep | None:
    case, lead = scene.case, scene.case.lead
    if lead is None:
        return None
    if case.pending():
        return _decide(scene)
    asked = any(one.kind is RequestKind.RETURN and one.round == case.round for one in case.requests)
    may_return = not asked and not case.designated and case.granted(RequestKind.RETURN) < MOST_RETURNS
    due = case.deadline
    asks_at = scene.after(5, 60)
    if may_return and scene.happens(RETURNED) and due is not None and asks_at < due.at:
        return PlayStep(asks_at, Act.ASK_RETURN, head_of(lead.department), Asking(), "不属于本单位权责范围")
    return PlayStep(scene.at_share(scene.chance.uniform(0.02, 0.12)), Act.ACCEPT, head_of(lead.department))


def _handling(scene: PlayedCase) -> PlayStep | None:
    case, lead = scene.case, scene.case.lead
    if lead is None:
        return None
    if case.pending():
        return _decide(scene)
    if case.helpers:
        return _help(scene, case.helpers[0])
    head = head_of(lead.department)
    if not lead.worker:
        worker = crew_of(lead.department, scene.chance).name
        return PlayStep(scene.after(2, 15), Act.ASSIGN, head, Assignment(worker=worker))
    finish = scene.at_share(_share(scene, lead.department)) if case.round == 1 else scene.after(30, 240)
    return _ask_for_time(scene, head, finish) or PlayStep(
        finish,
        Act.HANDLE,
        CaseActor(lead.worker, Post.WORKER, lead.department),
        Evidence(photos=scene.photo()),
        "已处置完毕，现场恢复正常",
    )


def _share(scene: PlayedCase, department: str) -> float:
    """Return how much of its limit a department uses for a case; some departments are late more often."""
    sloth = Random(f"{scene.story.split('/')[0]}/{department}").uniform(0.02, 0.25)  # noqa: S311
    thrown, more = scene.nature.random(), scene.nature.random()
    return 1.02 + more * 0.8 if thrown < sloth else 0.25 + more * 0.7


def _ask_for_time(scene: PlayedCase, head: CaseActor, finish: datetime) -> PlayStep | None:
    """Return the request of a department that finds that it will be late, or cannot go on."""
    case = scene.case
    at = scene.at_share(0.6)
    if case.requests or case.deadline is None or not scene.last_at < at < min(finish, case.deadline.at):
        return None
    if scene.happens(EXTENDED):
        return PlayStep(at, Act.ASK_EXTEND, head, Asking(), "材料未到，申请延期")
    if scene.happens(SUSPENDED):
        until = at + timedelta(days=scene.chance.randint(2, 9))
        return PlayStep(at, Act.ASK_SUSPEND, head, Asking(until=until), "需先行开挖审批，申请挂账")
    return None


def _help(scene: PlayedCase, task: CaseTask) -> PlayStep:
    head = head_of(task.department)
    if task.state is TaskState.OFFERED:
        return PlayStep(scene.after(5, 30), Act.ACCEPT_HELP, head)
    return PlayStep(scene.after(15, 90), Act.FINISH_HELP, head, reason="已配合到位")


def _decide(scene: PlayedCase) -> PlayStep:
    case, request = scene.case, scene.case.pending()[0]
    dispatcher = someone(Post.DISPATCHER, scene.chance)
    said, at = Deciding(request=request.number), scene.after(5, 40)
    if request.kind is RequestKind.RETURN and scene.happens(RETURN_GRANTED):
        return PlayStep(at, Act.GRANT_RETURN, dispatcher, said)
    if request.kind is RequestKind.EXTEND and case.granted(RequestKind.EXTEND) == 0 and scene.happens(75):
        return PlayStep(at, Act.GRANT_EXTEND, dispatcher, said)
    in_time = request.until is not None and at < request.until
    if request.kind is RequestKind.SUSPEND and case.state is CaseState.HANDLING and in_time and scene.happens(75):
        return PlayStep(at, Act.GRANT_SUSPEND, dispatcher, said)
    return PlayStep(at, Act.DENY, dispatcher, said, "理由不充分，请按期处置")


def _suspended(scene: PlayedCase) -> PlayStep | None:
    clock = scene.case.clock
    return None if clock is None else PlayStep(clock.pauses[-1].ends, Act.RESUME, TIMER)


def _handled(scene: PlayedCase) -> PlayStep:
    if scene.case.checked:
        return _close(scene)
    # Who filed it may have been a collector's namesake in another post: somebody else goes.
    sent = someone(Post.COLLECTOR, scene.chance, other_than=scene.case.reported_by).name
    return PlayStep(scene.after(5, 40), Act.ASK_CHECK, someone(Post.ACCEPTOR, scene.chance), Errand(collector=sent))


def _checking(scene: PlayedCase) -> PlayStep:
    sent = scene.case.collector
    collector = CaseActor(sent, Post.COLLECTOR) if sent else someone(Post.COLLECTOR, scene.chance)
    at = scene.after(20, 150)
    if scene.case.round < 3 and scene.happens(FAILED):
        return PlayStep(at, Act.FAIL, collector, Failing(photos=scene.photo()), "现场未恢复，退回返工")
    return PlayStep(at, Act.PASS, collector, Evidence(photos=scene.photo()))


def _calling(scene: PlayedCase) -> PlayStep:
    case = scene.case
    if case.excluded or case.called >= case.callers:
        return _close(scene)
    agent, at = someone(Post.ACCEPTOR, scene.chance), scene.after(10, 90)
    if scene.happens(UNREACHED):
        return PlayStep(at, Act.CALL_BACK, agent, CallBack(reached=False))
    solved = not scene.happens(UNSOLVED)
    stars = scene.chance.choice((4, 4, 5, 5, 5) if solved else (1, 2, 3))
    again = not solved and case.round < 3 and scene.happens(50)
    return PlayStep(at, Act.CALL_BACK, agent, CallBack(reached=True, solved=solved, satisfaction=stars, again=again))


def _close(scene: PlayedCase) -> PlayStep:
    return PlayStep(scene.after(10, 60), Act.CLOSE, someone(Post.CHIEF, scene.chance))


_PLANS: dict[CaseState, Callable[[PlayedCase], PlayStep | None]] = {
    CaseState.REPORTED: _reported,
    CaseState.VERIFYING: _verifying,
    CaseState.FILED: _filed,
    CaseState.DISPATCHED: _dispatched,
    CaseState.HANDLING: _handling,
    CaseState.SUSPENDED: _suspended,
    CaseState.HANDLED: _handled,
    CaseState.CHECKING: _checking,
    CaseState.CALLING: _calling,
}
