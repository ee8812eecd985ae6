"""Call-backs in the database: who is on the list, each act with its row or neither, and what is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.clock.rework import ReworkPolicy
from cases.errors import ActRefused, CaseTaken
from cases.life.details import Deciding
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.case_store import find_case
from cases.store.merging import merge
from citizens.calls import CallNote, Solved
from citizens.errors import ReportUnknown
from citizens.store.calls import ask_exclusion, calls_made, calls_of_reports, calls_to_make, record_call
from citizens.store.intake import Call, load_finder, take_call
from citizens.store.retention import forget
from cityops.storage import Database, Transaction
from tests.case_samples import NOW, check_case, do, start_city
from tests.citizen_samples import PUBLIC_KEY, another
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

AGENT = CaseActor("agent", Post.ACCEPTOR)
DAY = timedelta(days=1)


@pytest.fixture
def city(database: Database) -> Database:
    start_city(database)
    return database


def take(tx: Transaction, number: int) -> Call:
    said = replace(another(number), longitude=None, latitude=None)
    finder = load_finder(tx)
    return take_call(tx, said, actor=AGENT, public_key=PUBLIC_KEY, areas=finder, now=NOW, zone=SHANGHAI)


def finish(tx: Transaction, case_id: int) -> None:
    """Bring a case to where its callers are asked."""
    for act, actor, details in people.PATHS[CaseState.CALLING][1:]:
        do(tx, case_id, act, actor, details)


def note(tx: Transaction, report_id: int, solved: Solved | None, comment: str = "") -> None:
    row = next(row for row in calls_to_make(tx) if row["report_id"] == report_id)
    said = CallNote(solved, comment=comment)
    record_call(tx, report_id, said, version=row["version"], actor=AGENT, now=NOW)


def listed(tx: Transaction) -> list[int]:
    return [row["report_id"] for row in calls_to_make(tx)]


def test_the_callers_of_merged_cases_are_called_and_each_once_a_round(city: Database) -> None:
    with city.transaction() as tx:
        first, second = take(tx, 1), take(tx, 2)
        merge(tx, second.case_id, first.case_id, version=1, actor=AGENT, now=NOW)
        assert listed(tx) == []
        finish(tx, first.case_id)
        assert listed(tx) == [first.report_id, second.report_id]

        note(tx, second.report_id, Solved.SOLVED)
        assert listed(tx) == [first.report_id]
        version = find_case(tx, first.case_id).version
        with pytest.raises(ActRefused, match="called back already"):
            record_call(tx, second.report_id, CallNote(Solved.SOLVED), version=version, actor=AGENT, now=NOW)
        note(tx, first.report_id, Solved.NOT_SOLVED)
        assert find_case(tx, first.case_id).state is CaseState.HANDLING
        assert listed(tx) == []

        for act, actor, details in (people.HANDLE, people.ASK_CHECK, people.PASS):
            do(tx, first.case_id, act, actor, details)
        assert listed(tx) == [first.report_id, second.report_id]  # everybody is asked again
        check_case(tx, first.case_id)
        tries = [(row["attempt"], row["round"]) for row in calls_of_reports(tx, [first.report_id, second.report_id])]
        assert tries == [(1, 1), (1, 1)]
        assert calls_made(tx, "agent", NOW - DAY) == {"calls": 2, "reached": 2}


def test_an_act_that_is_refused_leaves_no_call(city: Database) -> None:
    with city.transaction() as tx:
        call = take(tx, 1)
        finish(tx, call.case_id)
    with pytest.raises(CaseTaken), city.transaction() as tx:
        record_call(tx, call.report_id, CallNote(None), version=1, actor=AGENT, now=NOW)
    with pytest.raises(ReportUnknown), city.transaction() as tx:
        record_call(tx, 99, CallNote(None), version=1, actor=AGENT, now=NOW)

    with city.transaction() as tx:
        assert calls_of_reports(tx, [call.report_id]) == []


def test_who_was_excluded_is_called_no_more(city: Database) -> None:
    with city.transaction() as tx:
        call = take(tx, 1)
        finish(tx, call.case_id)
        for _ in range(3):
            note(tx, call.report_id, None)
        (row,) = calls_to_make(tx)
        assert (row["attempts"], row["exclusion"]) == (3, "may")
        ask_exclusion(tx, call.report_id, "三次未接通", version=row["version"], actor=AGENT, now=NOW)
        assert calls_to_make(tx)[0]["exclusion"] == "asked"
        do(tx, call.case_id, Act.GRANT_EXCLUDE, people.EVALUATOR, Deciding(request=1))

        assert listed(tx) == []


def test_what_was_said_is_forgotten_with_the_report_and_what_it_came_to_stays(city: Database) -> None:
    with city.transaction() as tx:
        call = take(tx, 1)
        finish(tx, call.case_id)
        note(tx, call.report_id, Solved.EXPLAINED, "我住 3 号楼，知道了")
        do(tx, call.case_id, Act.CLOSE, people.CLOSER)
        later = NOW + 400 * DAY
        tx.execute("UPDATE citizen_report SET received_at = %(at)s", at=NOW)
        assert forget(tx, now=later, age=365 * DAY, most=10) == 1

        (row,) = calls_of_reports(tx, [call.report_id])
        assert (row["comment"], row["solved"]) == ("", "explained")


@pytest.mark.parametrize("rework", ReworkPolicy)
def test_a_city_says_what_not_solved_does_to_the_deadline(city: Database, rework: ReworkPolicy) -> None:
    with city.transaction() as tx:
        call = take(tx, 1)
        finish(tx, call.case_id)
        before = find_case(tx, call.case_id)
        said, later = CallNote(Solved.NOT_SOLVED), NOW + DAY
        after = record_call(tx, call.report_id, said, version=before.version, actor=AGENT, now=later, rework=rework)
        assert before.clock is not None
        assert after.clock is not None
        moved = after.clock.start != before.clock.start
        assert (after.state, moved) == (CaseState.HANDLING, rework is ReworkPolicy.NEW_LIMIT)
        check_case(tx, call.case_id)
