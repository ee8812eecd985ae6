"""Whatever people do, in whatever order: the invariants of a case hold, and what is refused changes nothing."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cases.clock.deadline import Deadline
from cases.clock.progress import segments
from cases.errors import ActForbidden, ActRefused
from cases.life.acts import replay
from cases.life.case import RequestKind, TaskRole, TaskState
from cases.life.details import CaseType, Report
from cases.life.dispatch import MOST_RETURNS
from cases.life.posts import SEPARATED, CaseActor, Post
from cases.life.requests import MOST_EXTENSIONS, MOST_SUSPENSIONS
from cases.life.states import AT_DEPARTMENT, CaseState
from cases.life.transitions import TRANSITIONS, Act
from tests.unit.cases import people
from tests.unit.cases.people import CaseStory, details_for

EVERYBODY = [
    people.COLLECTOR,
    people.CHECKER,
    people.ACCEPTOR,
    people.CHIEF,
    people.CLOSER,
    people.DISPATCHER,
    people.HEAD,
    people.WORKER,
    people.HELPER,
    people.STREET_HEAD,
    people.SUPERVISOR,
    people.EVALUATOR,
    people.TIMER,
    # people with two posts
    CaseActor("luo", Post.CHIEF),
    CaseActor("luo", Post.DISPATCHER),
    CaseActor("zhou", Post.COLLECTOR),
    CaseActor("gao", Post.COLLECTOR),
    CaseActor("shen", Post.EVALUATOR),
]
MOVES_DEADLINE = {  # every other act leaves it where it is
    Act.DISPATCH,
    Act.GRANT_EXTEND,
    Act.GRANT_SUSPEND,
    Act.RESUME,
    Act.REOPEN,
    Act.RECOUNT,
    Act.ABSORB,
    Act.RELEASE,
}


class LifeOfACase(RuleBasedStateMachine):
    """People who try whatever comes to their mind; most of it is possible where the case stands."""

    def __init__(self) -> None:
        super().__init__()
        self.story = CaseStory()

    @initialize(callers=st.integers(0, 2))
    def report(self, callers: int) -> None:
        said = Report(source="hotline", kind=CaseType.CASE, area="990101", callers=callers)
        self.story.do(Act.REPORT, people.COLLECTOR, said)

    @rule(data=st.data())
    def do_what_the_table_permits(self, data: st.DataObject) -> None:
        state = self.story.present.state
        act = data.draw(st.sampled_from([act for act in Act if state in TRANSITIONS[act].start]))
        able = [actor for actor in EVERYBODY if actor.post in TRANSITIONS[act].posts]
        self._try(act, data.draw(st.sampled_from(able)))

    @rule(act=st.sampled_from(Act), actor=st.sampled_from(EVERYBODY))
    def do_anything(self, act: Act, actor: CaseActor) -> None:
        self._try(act, actor)

    @rule(hours=st.sampled_from([1, 7, 26]))
    def time_passes(self, hours: int) -> None:
        self.story.wait(hours=hours)

    @precondition(lambda self: self.story.present.state is CaseState.SUSPENDED)
    @rule()
    def the_timer_rings(self) -> None:
        clock = self.story.present.clock
        assert clock is not None
        self.story.now = max(self.story.now, clock.pauses[-1].ends)
        self._try(Act.RESUME, people.TIMER)

    def _try(self, act: Act, actor: CaseActor) -> None:
        before = self.story.present
        try:
            after = self.story.do(act, actor, details_for(act, self.story))
        except (ActRefused, ActForbidden):
            assert self.story.present is before
            return
        assert after.version == before.version + 1
        assert before.state in TRANSITIONS[act].start
        assert actor.post in TRANSITIONS[act].posts
        _check_deadline(act, before.deadline, after.deadline)

    @invariant()
    def the_case_is_the_replay_of_its_events(self) -> None:
        if self.story.case is not None:
            assert replay(self.story.deeds, people.CALENDARS) == self.story.case
            assert self.story.case.version == len(self.story.deeds)

    @invariant()
    def one_department_leads_a_dispatched_round(self) -> None:
        case = self.story.case
        if case is not None and case.state in AT_DEPARTMENT | {CaseState.SUSPENDED}:
            leads = [t for t in case.tasks if t.round == case.round and t.role is TaskRole.LEAD and t.is_open]
            assert len(leads) == 1
            accepted = case.state is not CaseState.DISPATCHED
            assert (leads[0].state is TaskState.ACCEPTED) is accepted

    @invariant()
    def what_is_granted_has_a_limit(self) -> None:
        if self.story.case is not None:
            granted = self.story.case.granted
            assert granted(RequestKind.RETURN) <= MOST_RETURNS
            assert granted(RequestKind.EXTEND) <= MOST_EXTENSIONS
            assert granted(RequestKind.SUSPEND) <= MOST_SUSPENSIONS

    @invariant()
    def nobody_does_what_excludes_each_other(self) -> None:
        if self.story.case is not None:
            duties = self.story.case.duties
            names = {name for _, name in duties}
            assert not any((one, name) in duties and (two, name) in duties for one, two in SEPARATED for name in names)
            decided = [r for r in self.story.case.requests if r.decided_by]
            assert all(request.asked_by != request.decided_by for request in decided)

    @invariant()
    def the_clock_runs_or_stands_still(self) -> None:
        case = self.story.case
        if case is None or case.clock is None:
            return
        until = self.story.now + timedelta(days=1)
        found = segments(case.clock, until)
        assert all(one.ends == other.begins for one, other in pairwise(found))
        assert sum((one.ends - one.begins for one in found), timedelta()) == until - case.clock.start

    @invariant()
    def nothing_is_closed_unchecked(self) -> None:
        case = self.story.case
        if case is not None and case.state is CaseState.CLOSED:
            assert case.checked
            assert case.excluded or case.called >= case.callers


def _check_deadline(act: Act, before: Deadline | None, after: Deadline | None) -> None:
    if act not in MOVES_DEADLINE:
        assert after == before
    elif before is not None and after is not None and act in (Act.GRANT_EXTEND, Act.GRANT_SUSPEND):
        assert after.at > before.at


LifeOfACase.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
test_the_life_of_a_case = LifeOfACase.TestCase
