"""What could be done with a case, and for whom it waits: found by the rules themselves."""

from dataclasses import replace

import pytest

from cases.errors import ActForbidden, ActRefused
from cases.life.acts import apply
from cases.life.deed import Deed
from cases.life.details import Asking, Deciding, Errand
from cases.life.posts import CaseActor, Post
from cases.life.rehearsal import act_options, awaited_by, departments_of, waiting_keys, why_not
from cases.life.states import OPEN, CaseState
from cases.life.transitions import TRANSITIONS, Act
from tests.unit.cases import people
from tests.unit.cases.people import details_for, story_in, story_of

ACTORS = [
    people.COLLECTOR, people.CHECKER, people.ACCEPTOR, people.CHIEF, people.CLOSER, people.DISPATCHER, people.HEAD,
    people.WORKER, people.HELPER, people.STREET_HEAD, people.SUPERVISOR, people.EVALUATOR, people.TIMER,
]  # fmt: skip


def test_work_waits_only_for_posts_that_may_do_it() -> None:
    assert [act for act, row in TRANSITIONS.items() if not row.waits <= row.posts] == []


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_case_waits_for_somebody_but_one_that_stands_still(state: CaseState) -> None:
    story = story_in(state)

    assert bool(awaited_by(story.present, story.now)) == (state is not CaseState.SUSPENDED)


@pytest.mark.parametrize("state", list(CaseState))
def test_who_leads_a_case_has_to_do_with_it(state: CaseState) -> None:
    """So a list of a department asks for its departments alone."""
    case = story_in(state).present

    assert {case.lead.department if case.lead is not None else ""} <= departments_of(case) | {""}


@pytest.mark.parametrize("state", list(CaseState))
def test_what_is_offered_is_done_and_what_is_not_is_refused(state: CaseState) -> None:
    """The rehearsal says what the act itself would: with details that fit, by everybody, in every state."""
    for actor in ACTORS:
        story = story_in(state)
        for option in act_options(story.present, [actor], story.now):
            deed = Deed(option.act, actor, story.now, "because", details_for(option.act, story))
            try:
                apply(story.present, deed, people.CALENDARS)
                said = ""
            except (ActRefused, ActForbidden) as refused:
                said = refused.why
            assert (option.act, option.why_not) == (option.act, said)


def test_a_case_goes_from_hand_to_hand() -> None:
    handed = [
        sorted(awaited_by(story.present, story.now))
        for story in (story_in(state) for state in (CaseState.FILED, CaseState.DISPATCHED, CaseState.HANDLED))
    ]

    assert handed[0] == ["dispatcher"]
    assert handed[1] == ["head:roads", "head:water", "worker:roads", "worker:water"]
    assert handed[2] == ["acceptor"]


def test_the_lead_waits_for_its_helper_and_then_is_waited_for() -> None:
    story = story_of([*people.TO_HANDLING, people.ACCEPT_HELP])
    assert awaited_by(story.present, story.now) == {"head:water", "worker:water"}

    story.do(Act.FINISH_HELP, people.HELPER)
    assert awaited_by(story.present, story.now) == {"head:roads", "worker:roads"}
    assert departments_of(story.present) == {"roads", "water"}


def test_a_request_waits_for_who_decides() -> None:
    story = story_of(people.TO_HANDLING)
    number = story.ask(Act.ASK_EXTEND, people.HEAD)
    assert "dispatcher" in awaited_by(story.present, story.now)
    assert "chief" not in awaited_by(story.present, story.now)

    story.do(Act.GRANT_EXTEND, people.DISPATCHER, Deciding(request=number))
    story.ask(Act.ASK_EXTEND, people.HEAD, Asking())
    assert "chief" in awaited_by(story.present, story.now)
    assert "dispatcher" not in awaited_by(story.present, story.now)


def test_who_was_sent_is_waited_for_and_no_other_collector() -> None:
    story = story_of([*people.TO_HANDLED, (Act.ASK_CHECK, people.ACCEPTOR, Errand(collector="jin"))])
    found = awaited_by(story.present, story.now)

    assert found == {"collector@jin"}
    assert found & set(waiting_keys([people.CHECKER]))
    assert not found & set(waiting_keys([people.COLLECTOR]))


def test_the_reason_names_who_did_what_forbids_it() -> None:
    story = story_in(CaseState.CHECKING)
    filed_too = CaseActor(people.CHIEF.name, Post.CHIEF)

    assert why_not(story.present, Act.PASS, filed_too, story.now) == (
        "zhou has filed this case, and may not be who has checked it."
    )
    unchecked = replace(story_in(CaseState.HANDLED).present, checked=False)
    assert why_not(unchecked, Act.CLOSE, people.CLOSER, story.now) == "It is not checked."
