"""A small city of people who act on a case, and the shortest way into each state."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from cases.clock.limits import Limit
from cases.life.acts import apply
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import (
    Absorption,
    AlertEvidence,
    Asking,
    Assignment,
    CallBack,
    CaseType,
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
    Report,
    Supervising,
    SupervisionLevel,
    Whistling,
)
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from tests.unit.cases.calendars import at, calendar, limit

START = at("06-08 09:00")
CALENDARS = {("city", version): replace(calendar(), version=version) for version in (1, 2)}
PHOTO = ("a" * 64,)
ROADS, WATER, STREET = "roads", "water", "street-1"

COLLECTOR = CaseActor("he", Post.COLLECTOR)
CHECKER = CaseActor("jin", Post.COLLECTOR)
ACCEPTOR = CaseActor("shen", Post.ACCEPTOR)
CHIEF = CaseActor("zhou", Post.CHIEF)
CLOSER = CaseActor("wu", Post.CHIEF)
DISPATCHER = CaseActor("pan", Post.DISPATCHER)
HEAD = CaseActor("luo", Post.HEAD, ROADS)
WORKER = CaseActor("gao", Post.WORKER, ROADS)
HELPER = CaseActor("shui", Post.HEAD, WATER)
STREET_HEAD = CaseActor("jie", Post.HEAD, STREET)
SUPERVISOR = CaseActor("du", Post.SUPERVISOR)
EVALUATOR = CaseActor("kao", Post.EVALUATOR)
TIMER = CaseActor("watch", Post.PROGRAM)

FILING = Filing(category="02-13", standard="02-13.1", area="990101", severity=3, stages=(limit("2 wd"),))
TO_ROADS = Dispatching(lead=ROADS, calendar="city", calendar_version=1, routed=True)
WITH_WATER = Dispatching(lead=ROADS, helpers=(WATER,), calendar="city", calendar_version=1, routed=True)
UNTIL = at("07-01 09:00")


@dataclass
class CaseStory:
    """A case and what was done with it; the clock goes on by a minute with each act."""

    now: datetime = START
    case: Case | None = None
    deeds: list[Deed] = field(default_factory=list)

    def do(self, act: Act, actor: CaseActor, details: Details | None = None, reason: str = "because") -> Case:
        """Do something. What is refused leaves no trace."""
        deed = Deed(act, actor, self.now, reason, details or Details())
        self.case = apply(self.case, deed, CALENDARS)
        self.deeds.append(deed)
        self.now += timedelta(minutes=1)
        return self.case

    def wait(self, **span: float) -> "CaseStory":
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    @property
    def present(self) -> Case:
        """The case, which has begun."""
        assert self.case is not None
        return self.case

    def ask(self, act: Act, actor: CaseActor, details: Details | None = None) -> int:
        """Ask for something; return the number of the request."""
        return self.do(act, actor, details or Asking()).requests[-1].number


Step = tuple[Act, CaseActor, Details | None]
REPORT: Step = (Act.REPORT, COLLECTOR, Report(source="collector", kind=CaseType.CASE, area="990101"))
FILE: Step = (Act.FILE, CHIEF, FILING)
DISPATCH: Step = (Act.DISPATCH, DISPATCHER, WITH_WATER)
ACCEPT: Step = (Act.ACCEPT, HEAD, None)
ACCEPT_HELP: Step = (Act.ACCEPT_HELP, HELPER, None)
FINISH_HELP: Step = (Act.FINISH_HELP, HELPER, None)
HANDLE: Step = (Act.HANDLE, WORKER, Evidence(photos=PHOTO))
ASK_CHECK: Step = (Act.ASK_CHECK, ACCEPTOR, Errand())
PASS: Step = (Act.PASS, CHECKER, Evidence())
CLOSE: Step = (Act.CLOSE, CLOSER, Closing(stages_met=1))
TO_HANDLING = [REPORT, FILE, DISPATCH, ACCEPT]
TO_HANDLED = [*TO_HANDLING, ACCEPT_HELP, FINISH_HELP, HANDLE]

PATHS: dict[CaseState, list[Step]] = {
    CaseState.REPORTED: [REPORT],
    CaseState.VERIFYING: [REPORT, (Act.ASK_VERIFY, ACCEPTOR, Errand())],
    CaseState.FILED: [REPORT, FILE],
    CaseState.DISPATCHED: [REPORT, FILE, DISPATCH],
    CaseState.HANDLING: TO_HANDLING,
    CaseState.SUSPENDED: [
        *TO_HANDLING,
        (Act.ASK_SUSPEND, HEAD, Asking(until=UNTIL)),
        (Act.GRANT_SUSPEND, DISPATCHER, Deciding(request=1)),
    ],
    CaseState.HANDLED: TO_HANDLED,
    CaseState.CHECKING: [*TO_HANDLED, ASK_CHECK],
    CaseState.CALLING: [*TO_HANDLED, ASK_CHECK, PASS],
    CaseState.CLOSED: [*TO_HANDLED, ASK_CHECK, PASS, CLOSE],
    CaseState.ANSWERED: [REPORT, (Act.ANSWER, ACCEPTOR, None)],
    CaseState.REFUSED: [REPORT, (Act.REFUSE, CHIEF, Refusal(ground=RefusalGround.OUTSIDE))],
    CaseState.MERGED: [REPORT, (Act.MERGE, ACCEPTOR, Merging(master=7))],
    CaseState.CANCELLED: [
        REPORT,
        (Act.ASK_CANCEL, ACCEPTOR, Asking()),
        (Act.CANCEL, CHIEF, None),
    ],
}
CALLERS = {CaseState.CALLING: 1}


def story_of(steps: Sequence[Step], *, kind: CaseType = CaseType.CASE, callers: int = 0) -> CaseStory:
    """Return the story of a case after some acts."""
    story = CaseStory()
    for act, actor, details in steps:
        said = Report(source="collector", kind=kind, area="990101", callers=callers) if act is Act.REPORT else details
        story.do(act, actor, said)
    return story


def story_in(state: CaseState) -> CaseStory:
    """Return the story of a case that has come to a state by the shortest way."""
    told = _told(state)
    return CaseStory(told.now, told.case, list(told.deeds))


@cache
def _told(state: CaseState) -> CaseStory:
    kind = CaseType.CONSULT if state in (CaseState.REPORTED, CaseState.ANSWERED) else CaseType.CASE
    return story_of(PATHS[state], kind=kind, callers=CALLERS.get(state, 0))


def details_for(act: Act, story: CaseStory) -> Details:
    """Return something sensible to say with an act."""
    later = story.now + timedelta(hours=1)
    requests = story.case.pending() if story.case is not None else ()
    said: dict[Act, Details] = {
        Act.REPORT: Report(source="web", kind=CaseType.CASE, area="990101"),
        Act.REFUSE: Refusal(ground=RefusalGround.OUTSIDE),
        Act.ASK_VERIFY: Errand(),
        Act.VERIFY: Evidence(photos=PHOTO),
        Act.FILE: FILING,
        Act.MERGE: Merging(master=7),
        Act.SUPERSEDE: Merging(master=7),
        Act.ABSORB: Absorption(child=8),
        Act.RELEASE: Absorption(child=9),
        Act.DISPATCH: WITH_WATER,
        Act.ASSIGN: Assignment(worker="gao"),
        Act.WAIVE_HELP: Naming(department=WATER),
        Act.ARBITRATE: Naming(department=ROADS),
        Act.ASK_RETURN: Asking(),
        Act.ASK_EXTEND: Asking(),
        Act.ASK_SUSPEND: Asking(until=later),
        Act.ASK_CANCEL: Asking(),
        Act.ASK_EXCLUDE: Asking(),
        Act.HANDLE: Evidence(photos=PHOTO),
        Act.ASK_CHECK: Errand(),
        Act.PASS: Evidence(),
        Act.FAIL: Failing(),
        Act.CALL_BACK: CallBack(reached=True, solved=True),
        Act.CLOSE: Closing(stages_met=1),
        Act.SUPERVISE: Supervising(level=SupervisionLevel.ROUTINE, due_at=later),
        Act.WHISTLE: Whistling(departments=("police", "fire"), arrive_due=later),
        Act.RATE_WHISTLE: Rating(department=ROADS, stars=4),
        Act.RECOUNT: Recounting(calendar_version=2),
        Act.LINK_ALERT: AlertEvidence(alert_id=9, event=1, hash="ab"),
    }
    if act in (Act.GRANT_RETURN, Act.GRANT_EXTEND, Act.GRANT_SUSPEND, Act.GRANT_EXCLUDE, Act.DENY, Act.DENY_EXCLUDE):
        return Deciding(request=requests[0].number if requests else 1)
    return said.get(act, Details())


def two_stages() -> tuple[Limit, Limit]:
    """First fenced, then repaired."""
    return limit("3 uh"), limit("5 wd")
