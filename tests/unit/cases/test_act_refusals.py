"""Why an act is refused, each in a sentence; and that the same act is done as soon as what was missing is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.errors import ActForbidden, ActRefused
from cases.life.acts import choose_actor
from cases.life.case import RequestKind, TaskState
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
    Report,
    Supervising,
    SupervisionLevel,
    Whistling,
)
from cases.life.dispatch import MOST_HELPERS
from cases.life.oversight import MOST_CALLED
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from tests.unit.cases import people
from tests.unit.cases.people import PHOTO, CaseStory, Step, story_in, story_of

S = CaseState
LATER = people.START + timedelta(hours=5)
POLICE = CaseActor("jing", Post.HEAD, "police")
NAMED = tuple(f"d-{number}" for number in range(MOST_CALLED + 1))
WHISTLE: Step = (Act.WHISTLE, people.STREET_HEAD, Whistling(departments=("police",), arrive_due=LATER))
ARRIVE: Step = (Act.ARRIVE, POLICE, None)
RATE: Step = (Act.RATE_WHISTLE, people.STREET_HEAD, Rating(department="police", stars=4))
ABSORB: Step = (Act.ABSORB, people.DISPATCHER, Absorption(child=8))
LINK: Step = (Act.LINK_ALERT, people.CHIEF, AlertEvidence(alert_id=9, event=1, hash="ab"))
SUPERVISE: Step = (Act.SUPERVISE, people.SUPERVISOR, Supervising(level=SupervisionLevel.LISTED, due_at=LATER))
CALLED: Step = (Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=True, report=4))


def to_departments(lead: str = "roads", *helpers: str, routed: bool = True) -> Dispatching:
    return Dispatching(lead=lead, helpers=helpers, calendar="city", calendar_version=1, routed=routed)


def supervising(level: SupervisionLevel = SupervisionLevel.ROUTINE, hours: float = 5) -> Supervising:
    return Supervising(level=level, due_at=people.START + timedelta(hours=hours))


def whistling(*departments: str, hours: float = 5) -> Whistling:
    return Whistling(departments=departments, arrive_due=people.START + timedelta(hours=hours))


# What is missing, where the case stands, and the act; then what it takes for the same act to be done.
REFUSED: list[tuple[str, list[Step], Act, CaseActor, Details, Details | list[Step]]] = [
    # ---- before it is filed
    ("Who reported a case does not verify it. Send somebody else.", [people.REPORT], Act.ASK_VERIFY, people.ACCEPTOR,
     Errand(collector="he"), Errand(collector="jin")),
    ("jin was sent to look.", [people.REPORT, (Act.ASK_VERIFY, people.ACCEPTOR, Errand(collector="jin"))], Act.VERIFY,
     CaseActor("qi", Post.COLLECTOR), Evidence(photos=PHOTO),
     [people.REPORT, (Act.ASK_VERIFY, people.ACCEPTOR, Errand(collector="qi"))]),
    ("A photograph of the place is needed.", people.PATHS[S.VERIFYING], Act.VERIFY, people.CHECKER, Evidence(),
     Evidence(photos=PHOTO)),
    ("A case is filed with a limit. Choose a condition of the category.", [people.REPORT], Act.FILE, people.CHIEF,
     Filing(category="02-13", standard="", area="990101", severity=3, stages=()), people.FILING),
    ("A case that took others in is not merged: give them back first.", [people.REPORT, ABSORB], Act.MERGE,
     people.ACCEPTOR, Merging(master=7), [people.REPORT]),
    ("That case is merged into this one already.", [people.REPORT, ABSORB], Act.ABSORB, people.DISPATCHER,
     Absorption(child=8), Absorption(child=9)),
    ("That case is not merged into this one.", [people.REPORT, ABSORB], Act.RELEASE, people.DISPATCHER,
     Absorption(child=9), Absorption(child=8)),
    ("It follows this alert already.", [people.REPORT, LINK], Act.LINK_ALERT, people.CHIEF,
     AlertEvidence(alert_id=9, event=1, hash="ab"), AlertEvidence(alert_id=9, event=2, hash="cd")),
    # ---- to the departments
    ("One department leads, and it is none of those that help.", people.PATHS[S.FILED], Act.DISPATCH,
     people.DISPATCHER, to_departments("roads", "roads"), to_departments("roads", "water")),
    ("One department leads, and it is none of those that help.", people.PATHS[S.FILED], Act.DISPATCH,
     people.DISPATCHER, to_departments(""), to_departments()),
    ("A department helps once.", people.PATHS[S.FILED], Act.DISPATCH, people.DISPATCHER,
     to_departments("roads", "water", "water"), to_departments("roads", "water")),
    ("At most 12 departments help.", people.PATHS[S.FILED], Act.DISPATCH, people.DISPATCHER,
     to_departments("roads", *NAMED[: MOST_HELPERS + 1]), to_departments("roads", *NAMED[:MOST_HELPERS])),
    ("Name who does it.", people.TO_HANDLING, Act.ASSIGN, people.HEAD, Assignment(worker=" "),
     Assignment(worker="gao")),
    ("Your department has accepted already.", [*people.TO_HANDLING, people.ACCEPT_HELP], Act.ACCEPT_HELP,
     people.HELPER, Details(), people.TO_HANDLING),
    ("Accept the task first.", people.TO_HANDLING, Act.FINISH_HELP, people.HELPER, Details(),
     [*people.TO_HANDLING, people.ACCEPT_HELP]),
    ("'gas' does not help in this case.", people.TO_HANDLING, Act.WAIVE_HELP, people.DISPATCHER,
     Naming(department="gas"), Naming(department="water")),
    # ---- what is asked for
    ("Say until when: within a year.", people.TO_HANDLING, Act.ASK_SUSPEND, people.HEAD, Asking(),
     Asking(until=people.UNTIL)),
    ("The same was asked for already, and waits for a decision.",
     [*people.TO_HANDLING, (Act.ASK_EXTEND, people.HEAD, Asking())], Act.ASK_EXTEND, people.HEAD, Asking(),
     people.TO_HANDLING),
    ("Cancelling needs the request of a second person.",
     [people.REPORT, (Act.ASK_CANCEL, people.CHIEF, Asking())], Act.CANCEL, people.CHIEF, Details(),
     [people.REPORT, (Act.ASK_CANCEL, people.ACCEPTOR, Asking())]),
    ("There is no such request that waits for a decision.",
     [*people.TO_HANDLING, (Act.ASK_EXTEND, people.HEAD, Asking())], Act.GRANT_SUSPEND, people.DISPATCHER,
     Deciding(request=1), [*people.TO_HANDLING, (Act.ASK_SUSPEND, people.HEAD, Asking(until=people.UNTIL))]),
    ("There is no such request that waits for a decision.",
     [*people.TO_HANDLING, (Act.ASK_EXTEND, people.HEAD, Asking())], Act.GRANT_EXTEND, people.DISPATCHER,
     Deciding(request=2), Deciding(request=1)),
    # ---- done, checked, closed
    ("A photograph of the result is needed.", people.TO_HANDLED[:-1], Act.HANDLE, people.WORKER, Evidence(),
     Evidence(photos=PHOTO)),
    ("A department that helps has not finished: wait for it, or have its task waived.",
     [*people.TO_HANDLING, people.ACCEPT_HELP], Act.HANDLE, people.WORKER, Evidence(photos=PHOTO),
     people.TO_HANDLED[:-1]),
    ("It is checked already.", [*people.TO_HANDLED, people.ASK_CHECK, people.PASS], Act.ASK_CHECK, people.ACCEPTOR,
     Errand(), people.TO_HANDLED),
    ("gao filed or handled this case. Send somebody else.", people.TO_HANDLED, Act.ASK_CHECK, people.ACCEPTOR,
     Errand(collector="gao"), Errand(collector="jin")),
    ("It is not checked.", people.TO_HANDLED, Act.CLOSE, people.CLOSER, Closing(stages_met=1),
     [*people.TO_HANDLED, people.ASK_CHECK, people.PASS]),
    ("The closing condition of a stage is not met.", [*people.TO_HANDLED, people.ASK_CHECK, people.PASS], Act.CLOSE,
     people.CLOSER, Closing(stages_met=0), Closing(stages_met=1)),
    # ---- oversight, and a street that calls
    ("The time for an answer lies ahead.", [people.REPORT], Act.SUPERVISE, people.SUPERVISOR,
     supervising(hours=1 / 60), supervising(hours=2 / 60)),
    ("The level of supervision does not fall.", [people.REPORT, SUPERVISE], Act.SUPERVISE, people.SUPERVISOR,
     supervising(), supervising(SupervisionLevel.LISTED)),
    ("Nobody supervises this case.", people.TO_HANDLING, Act.REPLY, people.HEAD, Details(),
     [*people.TO_HANDLING, SUPERVISE]),
    ("A street calls other departments.", people.TO_HANDLING, Act.WHISTLE, people.STREET_HEAD,
     whistling("police", "street-1"), whistling("police")),
    ("A street calls other departments.", people.TO_HANDLING, Act.WHISTLE, people.STREET_HEAD, whistling(),
     whistling("police")),
    ("At most 12 departments are called at once.", people.TO_HANDLING, Act.WHISTLE, people.STREET_HEAD,
     whistling(*NAMED), whistling(*NAMED[:MOST_CALLED])),
    ("The time to arrive lies ahead.", people.TO_HANDLING, Act.WHISTLE, people.STREET_HEAD,
     whistling("police", hours=4 / 60), whistling("police", hours=5 / 60)),
    ("Nobody was called to the place.", people.TO_HANDLING, Act.ARRIVE, POLICE, Details(),
     [*people.TO_HANDLING, WHISTLE]),
    ("Your department has arrived already.", [*people.TO_HANDLING, WHISTLE, ARRIVE], Act.ARRIVE, POLICE, Details(),
     [*people.TO_HANDLING, WHISTLE]),
    ("You have rated already.", [*people.TO_HANDLING, WHISTLE, RATE], Act.RATE_WHISTLE, people.STREET_HEAD,
     Rating(department="police", stars=1), [*people.TO_HANDLING, WHISTLE]),
    ("Its clock does not run.", people.PATHS[S.FILED], Act.RECOUNT, people.TIMER, Recounting(calendar_version=2),
     people.TO_HANDLING),
    ("It is not overdue.", people.TO_HANDLING, Act.OVERDUE, people.TIMER, Details(), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "steps", "act", "actor", "details", "mended"), REFUSED, ids=[f"{row[2]}: {row[0]}" for row in REFUSED]
)
def test_an_act_says_what_is_missing_and_is_done_when_it_is_there(
    why: str, steps: list[Step], act: Act, actor: CaseActor, details: Details, mended: Details | list[Step]
) -> None:
    with pytest.raises(ActRefused) as refused:
        story_of(steps).do(act, actor, details)

    assert refused.value.why == why
    if isinstance(mended, Details):
        story_of(steps).do(act, actor, mended)
    elif mended:
        story_of(mended).do(act, actor, details)


@pytest.mark.parametrize(
    ("steps", "act", "actor", "details", "why"),
    [
        ([people.REPORT], Act.SUPERVISE, people.CHIEF, supervising(SupervisionLevel.LISTED),
         "Supervision of this level is a supervisor's."),
        ([*people.TO_HANDLING, WHISTLE], Act.ARRIVE, people.HEAD, Details(), "roads was not called."),
        ([*people.TO_HANDLING, WHISTLE], Act.RATE_WHISTLE, POLICE, Rating(department="roads", stars=1),
         "The street rates the departments that it called, and they rate the street."),
        ([*people.TO_HANDLING, WHISTLE], Act.RATE_WHISTLE, people.HEAD, Rating(department="street-1", stars=1),
         "The street rates the departments that it called, and they rate the street."),
        ([*people.TO_HANDLED, (Act.ASK_CHECK, people.ACCEPTOR, Errand(collector="jin"))], Act.PASS,
         CaseActor("qi", Post.COLLECTOR), Evidence(), "jin was sent to look."),
        ([*people.TO_HANDLING, (Act.ASK_EXTEND, CaseActor("luo", Post.HEAD, "roads"), Asking())], Act.GRANT_EXTEND,
         CaseActor("luo", Post.DISPATCHER), Deciding(request=1), "luo asked for this, and may not be who decides."),
        ([*people.TO_HANDLING, (Act.ASK_EXTEND, people.HEAD, Asking())], Act.GRANT_EXTEND, people.CHIEF,
         Deciding(request=1), "Extension 1 is granted by a dispatcher."),
    ],
)  # fmt: skip
def test_an_act_is_not_everybodys(steps: list[Step], act: Act, actor: CaseActor, details: Details, why: str) -> None:
    with pytest.raises(ActForbidden) as forbidden:
        story_of(steps).do(act, actor, details)

    assert forbidden.value.why == why


def calling(callers: int = 2, *called: Step) -> CaseStory:
    return story_of([*people.PATHS[S.CALLING], *called], callers=callers)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (CallBack(reached=False, again=True), "Nobody was reached, so nobody said that it is not done."),
        (CallBack(reached=True, solved=True, again=True), "Only what is not solved goes back to work."),
        (CallBack(reached=True, again=True), "Only what is not solved goes back to work."),
        (CallBack(reached=True, solved=False, explained=True), "What is not solved was not explained either."),
        (CallBack(reached=True, solved=True, report=4), "This caller was called back already."),
    ],
)
def test_a_call_back_says_what_was_heard(said: CallBack, why: str) -> None:
    with pytest.raises(ActRefused) as refused:
        calling(2, CALLED).do(Act.CALL_BACK, people.ACCEPTOR, said)

    assert refused.value.why == why


def test_every_caller_is_asked_before_it_is_closed_and_none_more_often() -> None:
    story = calling(2, CALLED)
    with pytest.raises(ActRefused, match="Not every caller was called back"):
        story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=1))
    story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=False, report=5))
    with pytest.raises(ActRefused, match="Every caller was called back"):
        story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=True))

    assert story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=1)).state is S.CLOSED


def test_who_is_not_reached_is_asked_again_and_nothing_changes() -> None:
    story = calling(1)
    after = story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=False))

    assert (after.state, after.called, after.called_reports) == (S.CALLING, 0, ())


def test_a_case_whose_callers_are_excluded_is_closed_without_them() -> None:
    story = calling(1)
    number = story.ask(Act.ASK_EXCLUDE, people.ACCEPTOR)
    after = story.do(Act.GRANT_EXCLUDE, people.EVALUATOR, Deciding(request=number))
    assert after.excluded
    assert [(request.kind, request.granted) for request in after.requests] == [(RequestKind.EXCLUDE, True)]
    with pytest.raises(ActRefused, match="It is excluded already"):
        story.do(Act.ASK_EXCLUDE, people.ACCEPTOR, Asking())

    assert story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=1)).state is S.CLOSED


def test_requests_are_numbered_in_their_order() -> None:
    story = story_of(people.TO_HANDLING)
    numbers = [story.ask(act, people.HEAD) for act in (Act.ASK_RETURN, Act.ASK_EXTEND)]

    assert numbers == [1, 2]
    assert [request.number for request in story.present.requests] == [1, 2]


def test_what_helped_is_done_and_what_was_waived_is_waived() -> None:
    finished = story_of([*people.TO_HANDLING, people.ACCEPT_HELP, people.FINISH_HELP]).present
    waived = story_of([*people.TO_HANDLING, (Act.WAIVE_HELP, people.DISPATCHER, Naming(department="water"))]).present

    assert [task.state for task in finished.tasks] == [TaskState.ACCEPTED, TaskState.DONE]
    assert [task.state for task in waived.tasks] == [TaskState.ACCEPTED, TaskState.WAIVED]
    assert waived.helpers == ()


def test_a_case_gives_back_what_it_took_in() -> None:
    alone = story_of([people.REPORT])
    before = replace(alone.present, version=0)
    taken = Absorption(child=8, callers=3, alerts=(AlertEvidence(alert_id=5, event=1, hash="ab"),))
    alone.do(Act.ABSORB, people.DISPATCHER, taken)
    assert (alone.present.callers, len(alone.present.alerts)) == (3, 1)

    after = alone.do(Act.RELEASE, people.DISPATCHER, taken)
    assert replace(after, version=0) == before


def test_overdue_is_noted_once_and_only_when_it_is() -> None:
    story = story_of(people.TO_HANDLING).wait(days=9)
    assert story.do(Act.OVERDUE, people.TIMER).overdue_at is not None
    with pytest.raises(ActRefused, match="It is known to be overdue"):
        story.do(Act.OVERDUE, people.TIMER)
    with pytest.raises(ActRefused, match="The case is overdue: it is too late to ask"):
        story.do(Act.ASK_EXTEND, people.HEAD, Asking())


def test_a_suspension_that_was_decided_too_late_is_none() -> None:
    story = story_of([*people.TO_HANDLING, (Act.ASK_SUSPEND, people.HEAD, Asking(until=LATER))]).wait(hours=6)
    with pytest.raises(ActRefused, match="until which it was to be suspended is over"):
        story.do(Act.GRANT_SUSPEND, people.DISPATCHER, Deciding(request=1))


def test_only_a_person_ends_a_suspension_before_its_time() -> None:
    with pytest.raises(ActRefused, match="The time of the suspension is not over"):
        story_in(S.SUSPENDED).do(Act.RESUME, people.TIMER)

    assert story_in(S.SUSPENDED).do(Act.RESUME, people.DISPATCHER).state is S.HANDLING


def test_another_round_is_the_same_departments_and_waits_for_nobodys_consent() -> None:
    story = story_in(S.CHECKING)
    after = story.do(Act.FAIL, people.CHECKER, Failing())

    assert (after.state, after.round, after.handled_at, after.checked) == (S.HANDLING, 2, None, False)
    assert after.lead is not None
    assert (after.lead.department, after.lead.state, after.lead.done_at) == ("roads", TaskState.ACCEPTED, None)


def test_who_has_the_post_but_no_task_is_told_by_the_act_and_who_has_neither_at_once() -> None:
    case = story_in(S.DISPATCHED).present
    other = CaseActor("luo", Post.HEAD, "gas")

    assert choose_actor([other, people.HEAD], Act.ACCEPT, case) == people.HEAD
    assert choose_actor([other], Act.ACCEPT, case) == other
    with pytest.raises(ActForbidden, match="“accept” is for head, worker"):
        choose_actor([people.CHIEF], Act.ACCEPT, case)


def test_only_a_report_begins_a_case() -> None:
    said = Report(source="web", kind=CaseType.CASE, area="990101")
    for act, details in ((Act.COMMENT, Details()), (Act.REPORT, Details())):
        with pytest.raises(ActRefused, match="There is no such case"):
            CaseStory().do(act, people.COLLECTOR, details)

    assert CaseStory().do(Act.REPORT, people.COLLECTOR, said).state is S.REPORTED
