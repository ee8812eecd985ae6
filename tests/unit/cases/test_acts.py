"""What single acts need and change, and who may not be one person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.clock.rework import ReworkPolicy
from cases.errors import ActForbidden, ActRefused
from cases.life.acts import apply, choose_actor, replay
from cases.life.case import RequestKind, TaskState
from cases.life.deed import Deed
from cases.life.details import (
    Absorption,
    Asking,
    CallBack,
    CaseType,
    Closing,
    Deciding,
    Details,
    Dispatching,
    Errand,
    Evidence,
    Failing,
    Merging,
    Naming,
    Rating,
    Report,
    Supervising,
    SupervisionLevel,
    Whistling,
)
from cases.life.posts import SEPARATED, CaseActor, Duty, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.snapshots import read_case, read_details, write_case
from tests.unit.cases import people
from tests.unit.cases.calendars import at
from tests.unit.cases.people import CaseStory, details_for, story_in, story_of


def give_back(story: CaseStory) -> None:
    """The lead returns the case, the dispatcher agrees."""
    number = story.ask(Act.ASK_RETURN, people.HEAD)
    story.do(Act.GRANT_RETURN, people.DISPATCHER, Deciding(request=number))


# ---- the five pairs


def test_the_pairs_are_those_of_the_reference() -> None:
    assert set(SEPARATED) == {
        (Duty.FILED, Duty.CHECKED),
        (Duty.HANDLED, Duty.CHECKED),
        (Duty.HANDLED, Duty.CLOSED),
    }


def test_who_filed_does_not_check() -> None:
    story = story_in(CaseState.CHECKING)

    with pytest.raises(ActForbidden, match="zhou has filed this case, and may not be who has checked it"):
        story.do(Act.PASS, people.CHIEF, Evidence())


@pytest.mark.parametrize("act", [Act.PASS, Act.FAIL])
def test_who_handled_does_not_check(act: Act) -> None:
    story = story_in(CaseState.CHECKING)

    with pytest.raises(ActForbidden, match="gao has handled"):
        story.do(act, CaseActor("gao", Post.COLLECTOR), details_for(act, story))


def test_who_helped_does_not_check() -> None:
    with pytest.raises(ActForbidden, match="shui has handled"):
        story_in(CaseState.CHECKING).do(Act.PASS, CaseActor("shui", Post.COLLECTOR), Evidence())


def test_who_handled_does_not_close() -> None:
    story = story_of([*people.TO_HANDLED, people.ASK_CHECK, people.PASS])

    with pytest.raises(ActForbidden, match="luo has handled"):
        story.do(Act.CLOSE, CaseActor("luo", Post.CHIEF), Closing(stages_met=1))


def test_who_checked_does_not_handle_the_next_round() -> None:
    story = story_in(CaseState.CHECKING)
    story.do(Act.FAIL, people.CHECKER, Failing())

    with pytest.raises(ActForbidden, match="jin has checked"):
        story.do(Act.HANDLE, CaseActor("jin", Post.WORKER, people.ROADS), Evidence(photos=people.PHOTO))


@pytest.mark.parametrize(
    ("ask", "grant", "state"),
    [
        (Act.ASK_RETURN, Act.GRANT_RETURN, CaseState.HANDLING),
        (Act.ASK_EXTEND, Act.GRANT_EXTEND, CaseState.HANDLING),
        (Act.ASK_SUSPEND, Act.GRANT_SUSPEND, CaseState.HANDLING),
    ],
)
def test_who_asks_does_not_grant(ask: Act, grant: Act, state: CaseState) -> None:
    story = story_in(state)
    number = story.ask(ask, people.HEAD, Asking(until=people.UNTIL))

    for act in (grant, Act.DENY):
        with pytest.raises(ActForbidden, match="luo asked for this"):
            story.do(act, CaseActor("luo", Post.DISPATCHER), Deciding(request=number))


def test_who_wants_an_exclusion_does_not_approve_it() -> None:
    story = story_in(CaseState.CALLING)
    number = story.ask(Act.ASK_EXCLUDE, people.ACCEPTOR)

    with pytest.raises(ActForbidden, match="shen asked for this"):
        story.do(Act.GRANT_EXCLUDE, CaseActor("shen", Post.EVALUATOR), Deciding(request=number))
    assert story.do(Act.GRANT_EXCLUDE, people.EVALUATOR, Deciding(request=number)).excluded


def test_cancelling_needs_two_persons() -> None:
    story = story_in(CaseState.FILED)
    story.ask(Act.ASK_CANCEL, people.CHIEF)

    with pytest.raises(ActRefused, match="second person"):
        story.do(Act.CANCEL, people.CHIEF)
    assert story.do(Act.CANCEL, people.CLOSER).state is CaseState.CANCELLED


def test_who_reported_does_not_verify() -> None:
    with pytest.raises(ActRefused, match="Send somebody else"):
        story_in(CaseState.REPORTED).do(Act.ASK_VERIFY, people.ACCEPTOR, Errand(collector="he"))
    with pytest.raises(ActRefused, match="does not verify"):
        story_in(CaseState.VERIFYING).do(Act.VERIFY, people.COLLECTOR, Evidence(photos=people.PHOTO))


def test_only_who_was_sent_checks() -> None:
    story = story_in(CaseState.HANDLED)
    with pytest.raises(ActRefused, match="filed or handled"):
        story.do(Act.ASK_CHECK, people.ACCEPTOR, Errand(collector="gao"))
    story.do(Act.ASK_CHECK, people.ACCEPTOR, Errand(collector="jin"))

    with pytest.raises(ActForbidden, match="jin was sent"):
        story.do(Act.PASS, people.COLLECTOR, Evidence())


# ---- departments


def test_another_department_does_nothing() -> None:
    with pytest.raises(ActForbidden, match="street-1 has none"):
        story_in(CaseState.DISPATCHED).do(Act.ACCEPT, people.STREET_HEAD)
    with pytest.raises(ActForbidden, match="water has none"):
        story_in(CaseState.DISPATCHED).do(Act.ACCEPT, people.HELPER)  # helps, and does not lead


def test_one_department_leads() -> None:
    twice = Dispatching(lead=people.ROADS, helpers=(people.ROADS,), calendar="city", calendar_version=1)

    with pytest.raises(ActRefused, match="One department leads"):
        story_in(CaseState.FILED).do(Act.DISPATCH, people.DISPATCHER, twice)


def test_departments_that_routing_does_not_propose_need_a_reason() -> None:
    unrouted = replace_routed(people.TO_ROADS)

    with pytest.raises(ActRefused, match="routing"):
        story_in(CaseState.FILED).do(Act.DISPATCH, people.DISPATCHER, unrouted, reason=" ")


def replace_routed(said: Dispatching) -> Dispatching:
    return Dispatching(lead=said.lead, calendar=said.calendar, calendar_version=said.calendar_version)


def test_nothing_is_handed_in_while_a_helper_works() -> None:
    with pytest.raises(ActRefused, match="has not finished"):
        story_in(CaseState.HANDLING).do(Act.HANDLE, people.WORKER, Evidence(photos=people.PHOTO))


def test_a_result_needs_a_photograph() -> None:
    story = story_in(CaseState.HANDLING)
    story.do(Act.WAIVE_HELP, people.DISPATCHER, Naming(department=people.WATER))

    with pytest.raises(ActRefused, match="photograph"):
        story.do(Act.HANDLE, people.WORKER, Evidence())


# ---- returns


def test_a_return_stops_no_clock() -> None:
    """The work order in the sky: sent around again and again while its clock waits for somebody to accept it."""
    straight, around = story_in(CaseState.DISPATCHED), story_in(CaseState.DISPATCHED)
    around.wait(hours=1)
    give_back(around)
    around.wait(hours=1)
    around.do(Act.DISPATCH, people.DISPATCHER, people.WITH_WATER)
    give_back(around)

    assert around.present.deadline == straight.present.deadline
    around.now = people.START + timedelta(days=30)
    straight.now = around.now
    assert around.do(Act.OVERDUE, people.TIMER).overdue_at == straight.do(Act.OVERDUE, people.TIMER).overdue_at


def test_ten_rounds_of_ping_pong_move_nothing() -> None:
    story = story_in(CaseState.DISPATCHED)
    due = story.present.deadline
    for _ in range(10):
        number = story.ask(Act.ASK_RETURN, people.HEAD)
        story.do(Act.DENY, people.DISPATCHER, Deciding(request=number))

    assert story.present.deadline == due
    assert story.present.granted(RequestKind.RETURN) == 0  # what was refused does not count


def test_after_two_returns_a_supervisor_decides_and_that_is_final() -> None:
    story = story_in(CaseState.DISPATCHED)
    give_back(story)
    story.do(Act.DISPATCH, people.DISPATCHER, people.TO_ROADS)
    give_back(story)
    with pytest.raises(ActRefused, match="a supervisor decides who leads"):
        story.do(Act.DISPATCH, people.DISPATCHER, people.TO_ROADS)
    story.do(Act.ARBITRATE, people.SUPERVISOR, Naming(department=people.ROADS))
    to_water = Dispatching(lead=people.WATER, calendar="city", calendar_version=1)
    with pytest.raises(ActRefused, match="decided that roads leads"):
        story.do(Act.DISPATCH, people.DISPATCHER, to_water)
    story.do(Act.DISPATCH, people.DISPATCHER, people.TO_ROADS)

    with pytest.raises(ActRefused, match="not returned any more"):
        story.do(Act.ASK_RETURN, people.HEAD)


def test_arbitration_waits_for_two_returns() -> None:
    with pytest.raises(ActRefused, match="not returned 2 times"):
        story_in(CaseState.FILED).do(Act.ARBITRATE, people.SUPERVISOR, Naming(department=people.ROADS))


def test_after_accepting_a_return_is_asked_for_once() -> None:
    story = story_in(CaseState.HANDLING)
    number = story.ask(Act.ASK_RETURN, people.HEAD)
    story.do(Act.DENY, people.DISPATCHER, Deciding(request=number))

    with pytest.raises(ActRefused, match="once"):
        story.do(Act.ASK_RETURN, people.HEAD)


def test_a_helper_returns_its_part_alone() -> None:
    story = story_in(CaseState.HANDLING)
    number = story.ask(Act.ASK_RETURN, people.HELPER)
    after = story.do(Act.GRANT_RETURN, people.DISPATCHER, Deciding(request=number))

    assert after.state is CaseState.HANDLING
    assert [task.state for task in after.tasks] == [TaskState.ACCEPTED, TaskState.RETURNED]
    assert story.do(Act.HANDLE, people.WORKER, Evidence(photos=people.PHOTO)).state is CaseState.HANDLED


def test_a_return_takes_the_helpers_along() -> None:
    story = story_in(CaseState.HANDLING)
    give_back(story)

    assert [task.state for task in story.present.tasks] == [TaskState.RETURNED, TaskState.WITHDRAWN]


# ---- extensions and suspensions


def test_two_extensions_by_two_posts_and_no_third() -> None:
    story = story_in(CaseState.HANDLING)
    dues = [story.present.deadline]
    for actor, wrong in ((people.DISPATCHER, people.CHIEF), (people.CHIEF, people.DISPATCHER)):
        number = story.ask(Act.ASK_EXTEND, people.HEAD)
        with pytest.raises(ActForbidden):
            story.do(Act.GRANT_EXTEND, wrong, Deciding(request=number))
        dues.append(story.do(Act.GRANT_EXTEND, actor, Deciding(request=number)).deadline)
    with pytest.raises(ActRefused, match="2 extensions"):
        story.ask(Act.ASK_EXTEND, people.HEAD)

    assert [due.at for due in dues if due is not None] == [at("06-10 09:02"), at("06-12 09:02"), at("06-16 09:02")]


def test_asking_moves_no_deadline() -> None:
    story = story_in(CaseState.HANDLING)
    due = story.present.deadline
    story.ask(Act.ASK_EXTEND, people.HEAD)

    assert story.present.deadline == due


@pytest.mark.parametrize("act", [Act.ASK_RETURN, Act.ASK_EXTEND, Act.ASK_SUSPEND])
def test_what_is_overdue_is_too_late_to_ask_for(act: Act) -> None:
    story = story_in(CaseState.HANDLING).wait(days=30)

    with pytest.raises(ActRefused, match="overdue"):
        story.do(act, people.HEAD, Asking(until=story.now + timedelta(days=1)))


def test_a_suspension_is_once_and_within_a_year() -> None:
    story = story_in(CaseState.HANDLING)
    for until in (None, story.now, story.now + timedelta(days=367)):
        with pytest.raises(ActRefused, match="within a year"):
            story.do(Act.ASK_SUSPEND, people.HEAD, Asking(until=until))
    number = story.ask(Act.ASK_SUSPEND, people.HEAD, Asking(until=people.UNTIL))
    story.do(Act.GRANT_SUSPEND, people.DISPATCHER, Deciding(request=number))
    with pytest.raises(ActRefused, match="not over"):
        story.do(Act.RESUME, people.TIMER)
    story.do(Act.RESUME, people.DISPATCHER)

    with pytest.raises(ActRefused, match="once"):
        story.ask(Act.ASK_SUSPEND, people.HEAD, Asking(until=people.UNTIL))


def test_nothing_is_overdue_while_it_is_suspended() -> None:
    with pytest.raises(ActRefused):
        story_in(CaseState.SUSPENDED).wait(days=10).do(Act.OVERDUE, people.TIMER)


# ---- checks, calls, the end


def test_a_failed_check_begins_a_round_and_gains_no_time() -> None:
    story = story_in(CaseState.CHECKING)
    due = story.present.deadline
    after = story.do(Act.FAIL, people.CHECKER, Failing())

    assert (after.round, after.state, after.deadline) == (2, CaseState.HANDLING, due)
    assert after.lead is not None
    assert after.lead.department == people.ROADS


def test_a_city_may_give_a_round_the_whole_limit() -> None:
    story = story_in(CaseState.CHECKING).wait(days=1)
    after = story.do(Act.FAIL, people.CHECKER, Failing(policy=ReworkPolicy.NEW_LIMIT))

    assert after.deadline is not None
    assert after.deadline.at > story_in(CaseState.CHECKING).present.deadline.at  # type: ignore[union-attr]


def test_what_a_caller_finds_unsolved_goes_back_to_work() -> None:
    after = story_in(CaseState.CALLING).do(
        Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=False, satisfaction=1, again=True)
    )

    assert (after.state, after.round, after.called) == (CaseState.HANDLING, 2, 0)


def test_a_caller_is_asked_once_a_round() -> None:
    story = story_of(people.PATHS[CaseState.CALLING], callers=2)
    story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=True, report=7))

    with pytest.raises(ActRefused, match="called back already"):
        story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=False, again=True, report=7))
    story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=False, again=True, report=8))
    for act, actor, details in (people.HANDLE, people.ASK_CHECK, people.PASS):
        story.do(act, actor, details)
    assert story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=True, report=7)).called == 1


def test_what_is_not_solved_is_not_explained() -> None:
    with pytest.raises(ActRefused, match="not explained either"):
        story_in(CaseState.CALLING).do(
            Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=False, explained=True)
        )


def test_an_act_and_a_case_of_before_are_read_as_they_were() -> None:
    """What was stored before callers were told apart."""
    said = read_details(Act.CALL_BACK, '{"reached":true,"solved":true,"satisfaction":4,"again":false}')
    assert said == CallBack(reached=True, solved=True, satisfaction=4)

    case = story_in(CaseState.CALLING).present
    written = write_case(case)
    before = written.replace('"called_reports":[],', "")
    assert before != written
    assert read_case(before) == case


def test_a_caller_who_was_not_reached_was_not_asked() -> None:
    story = story_in(CaseState.CALLING)
    story.do(Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=False))

    with pytest.raises(ActRefused, match="Not every caller"):
        story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=1))


def test_a_case_is_closed_only_checked_and_with_every_stage_met() -> None:
    with pytest.raises(ActRefused, match="not checked"):
        story_in(CaseState.HANDLED).do(Act.CLOSE, people.CLOSER, Closing(stages_met=1))
    story = story_of([*people.TO_HANDLED, people.ASK_CHECK, people.PASS])
    with pytest.raises(ActRefused, match="closing condition"):
        story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=0))


def test_closing_over_a_condition_that_holds_needs_a_reason() -> None:
    story = story_of([*people.TO_HANDLED, people.ASK_CHECK, people.PASS])
    with pytest.raises(ActRefused, match="still holds"):
        story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=1, still_holds=True), reason="")

    assert story.do(Act.CLOSE, people.CLOSER, Closing(stages_met=1, still_holds=True)).state is CaseState.CLOSED


def test_a_case_is_reopened_within_a_month() -> None:
    with pytest.raises(ActRefused, match="30 days"):
        story_in(CaseState.CLOSED).wait(days=31).do(Act.REOPEN, people.CHIEF)
    after = story_in(CaseState.CLOSED).do(Act.REOPEN, people.CHIEF)

    assert (after.state, after.round, after.deadline) == (CaseState.FILED, 2, None)


def test_only_questions_are_answered_at_once() -> None:
    with pytest.raises(ActRefused, match="咨询"):
        story_of([people.REPORT]).do(Act.ANSWER, people.ACCEPTOR)


def test_an_act_needs_words_where_the_table_says_so() -> None:
    with pytest.raises(ActRefused, match="reason in words"):
        story_in(CaseState.CLOSED).do(Act.REOPEN, people.CHIEF, reason="  ")


def test_other_details_than_the_act_has_are_refused() -> None:
    with pytest.raises(ActRefused, match="other details"):
        story_in(CaseState.REPORTED).do(Act.FILE, people.CHIEF, Details())


# ---- merging


def test_a_case_that_takes_others_in_runs_from_the_earliest_dispatch() -> None:
    story = story_in(CaseState.HANDLING)
    due = story.present.deadline
    earlier = people.START - timedelta(hours=2)
    after = story.do(Act.ABSORB, people.ACCEPTOR, Absorption(child=9, first_dispatch=earlier, callers=3))

    assert after.callers == 3
    assert after.deadline is not None
    assert due is not None
    assert after.deadline.at < due.at
    released = story.do(Act.RELEASE, people.CHIEF, Absorption(child=9))
    assert (released.callers, released.deadline) == (0, due)


def test_merging_has_no_chain() -> None:
    story = story_in(CaseState.FILED)
    story.do(Act.ABSORB, people.ACCEPTOR, Absorption(child=9))

    with pytest.raises(ActRefused, match="took others in"):
        story.do(Act.MERGE, people.ACCEPTOR, Merging(master=10))


@pytest.mark.parametrize("state", [CaseState.REPORTED, CaseState.DISPATCHED, CaseState.HANDLING])
def test_unmerging_restores_the_case(state: CaseState) -> None:
    story = story_in(state)
    before = story.present
    story.do(Act.MERGE, people.ACCEPTOR, Merging(master=7))
    after = story.do(Act.UNMERGE, people.CHIEF)

    assert after == replace(before, version=before.version + 2)


# ---- oversight and whistles


def test_supervision_rises_and_a_chief_stays_below() -> None:
    story = story_in(CaseState.HANDLING)
    listed = Supervising(level=SupervisionLevel.LISTED, due_at=people.UNTIL)
    with pytest.raises(ActForbidden):
        story.do(Act.SUPERVISE, people.CHIEF, listed)
    story.do(Act.SUPERVISE, people.SUPERVISOR, listed)

    with pytest.raises(ActRefused, match="does not fall"):
        story.do(Act.SUPERVISE, people.CHIEF, Supervising(level=SupervisionLevel.ROUTINE, due_at=people.UNTIL))


def test_a_street_whistles_and_both_sides_are_rated() -> None:
    story = story_in(CaseState.HANDLING)
    call = Whistling(departments=(people.ROADS, "police"), arrive_due=people.UNTIL)
    story.do(Act.WHISTLE, people.STREET_HEAD, call)
    with pytest.raises(ActForbidden, match="water was not called"):
        story.do(Act.ARRIVE, people.HELPER)
    story.do(Act.ARRIVE, people.WORKER)
    with pytest.raises(ActRefused, match="arrived already"):
        story.do(Act.ARRIVE, people.HEAD)
    story.do(Act.RATE_WHISTLE, people.STREET_HEAD, Rating(department=people.ROADS, stars=5))
    story.do(Act.RATE_WHISTLE, people.HEAD, Rating(department=people.STREET, stars=3))

    (whistle,) = story.present.whistles
    assert [name for name, _ in whistle.arrived] == [people.ROADS]
    assert whistle.ratings == ((people.STREET, people.ROADS, 5), (people.ROADS, people.STREET, 3))
    for actor, rated in ((people.STREET_HEAD, people.ROADS), (people.HELPER, people.STREET)):
        with pytest.raises((ActRefused, ActForbidden)):
            story.do(Act.RATE_WHISTLE, actor, Rating(department=rated, stars=1))


def test_nobody_arrives_who_was_not_called() -> None:
    with pytest.raises(ActRefused, match="Nobody was called"):
        story_in(CaseState.HANDLING).do(Act.ARRIVE, people.HEAD)


# ---- events


def test_a_case_is_the_replay_of_its_events() -> None:
    story = story_in(CaseState.CLOSED)

    assert replay(story.deeds, people.CALENDARS) == story.present
    assert replay([], people.CALENDARS) is None


def test_a_case_begins_with_a_report() -> None:
    deed = Deed(Act.FILE, people.CHIEF, people.START, details=people.FILING)

    with pytest.raises(ActRefused, match="no such case"):
        apply(None, deed, people.CALENDARS)
    with pytest.raises(ActRefused, match="cannot take"):
        story_in(CaseState.REPORTED).do(
            Act.REPORT, people.COLLECTOR, Report(source="web", kind=CaseType.CASE, area="99")
        )


def test_somebody_acts_in_the_post_that_the_act_asks_for() -> None:
    water_head, collector = replace(people.HELPER, name="luo"), CaseActor("luo", Post.COLLECTOR)
    held = [collector, water_head, people.HEAD]
    handling = story_in(CaseState.HANDLING).present

    assert choose_actor(held, Act.REPORT, None) == collector
    assert choose_actor(held, Act.ASK_EXTEND, handling) == people.HEAD
    assert choose_actor(held, Act.FINISH_HELP, handling) == water_head
    assert choose_actor([collector], Act.COMMENT, handling) == collector
    with pytest.raises(ActForbidden, match="chief"):
        choose_actor(held, Act.CLOSE, handling)
