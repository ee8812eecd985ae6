"""Cases in the database: one statement and one event an act, one winner, the chain, and who sees what."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from alerts.watch.jobs import jobs_of_rooms
from cases.clock.deadline import ClockInputs, find_deadline
from cases.errors import ActRefused, CalendarMissing, CaseTaken, CaseUnknown
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store import acting, merging, posts
from cases.store.case_store import case_events, case_row, find_case
from cases.store.catalogue.calendars import StoredCalendars, calendar_in_force, count_due, import_calendar
from cases.watch import tend_cases
from cityops.command_line import app
from cityops.scope import Scope, ScopeError
from cityops.settings import read_settings
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.audit import verify_chain
from cityops.storage.errors import AlreadyStored
from dashboard.requests import idempotency
from tests.case_samples import NOW, do, report_case, start_city, walk
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI, at, calendar, limit
from tests.unit.cases.test_deadline import CASES, PAUSED, clocks

FIRST, SECOND = Scope(areas=("990101",)), Scope(areas=("990102",))


@pytest.fixture
def city(database: Database) -> Database:
    """A city with a working calendar."""
    start_city(database)
    return database


def test_a_case_goes_its_way_and_is_the_replay_of_its_events(city: Database) -> None:
    with city.transaction() as tx:
        case_id = walk(tx, people.PATHS[CaseState.CLOSED])
        case, row = find_case(tx, case_id), case_row(tx, case_id)

        assert acting.replay_case(tx, case_id) == case
        assert [event["seq"] for event in case_events(tx, case_id)] == list(range(1, case.version + 1))
        assert (row["state"], row["version"], row["lead_department"]) == ("closed", case.version, "roads")
        assert row["due_at"] == at("06-10 09:02")
        assert row["number"] == f"20260608990101{case_id:06}"


def test_no_event_has_what_a_person_said(city: Database) -> None:
    with city.transaction() as tx:
        case_id = walk(tx, people.PATHS[CaseState.CLOSED])

        assert "13800138000" in case_row(tx, case_id)["description"]
        assert "13800138000" not in json.dumps(case_events(tx, case_id), default=str)
        assert "13800138000" not in tx.value("SELECT snapshot FROM city_case")


def test_of_a_thousand_acts_on_a_hundred_cases_a_hundred_win_and_the_others_learn_the_name(city: Database) -> None:
    with city.transaction() as tx:
        cases = [walk(tx, people.PATHS[CaseState.REPORTED]) for _ in range(100)]

    def file(case_id: int, name: str) -> str:
        chief = CaseActor(name, Post.CHIEF)
        try:
            with city.transaction() as tx:
                acting.perform(tx, case_id, Act.FILE, version=1, actor=chief, now=NOW, details=people.FILING)
        except CaseTaken as lost:
            return lost.winner
        return "won"

    acts = [(case_id, f"chief-{number}") for case_id in cases for number in range(10)]
    with ThreadPoolExecutor(20) as pool:
        results = [(*act, result) for act, result in zip(acts, pool.map(lambda act: file(*act), acts), strict=True)]

    winners = {case_id: name for case_id, name, result in results if result == "won"}
    assert Counter(result == "won" for *_, result in results) == {True: 100, False: 900}
    assert set(winners) == set(cases)
    assert all(result in ("won", winners[case_id]) for case_id, _, result in results)
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []
        assert tx.value("SELECT count(*) FROM case_event") == 200


def test_an_act_that_is_refused_or_fails_leaves_nothing(city: Database) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)
    with pytest.raises(ActRefused), city.transaction() as tx:
        do(tx, case_id, Act.CLOSE, people.CLOSER)
    with suppress(RuntimeError), city.transaction() as tx:
        do(tx, case_id, Act.FILE, people.CHIEF)
        raise RuntimeError

    with city.transaction() as tx:
        assert find_case(tx, case_id).state is CaseState.REPORTED
        assert len(case_events(tx, case_id)) == 1
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []


def test_an_act_that_is_sent_twice_is_done_once(city: Database) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)

    request = idempotency.RequestId(b"k" * 32, b"b" * 32)

    def file(tx: Transaction) -> int:
        return do(tx, case_id, Act.FILE, people.CHIEF).version

    answers = [idempotency.once(city, "zhou", request, file, NOW) for _ in range(2)]

    assert answers == [2, 2]
    with city.transaction() as tx:
        assert len(case_events(tx, case_id)) == 2


# ---- the chain and the rights


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        ("UPDATE case_event SET actor = 'somebody else' WHERE seq = 2", "changed"),
        ("UPDATE case_event SET data = '{}' WHERE seq = 2", "changed"),
        ("DELETE FROM case_event WHERE seq = 2", "removed"),
    ],
)
def test_any_later_edit_of_an_event_is_found(city: Database, edit: str, trouble: str) -> None:
    with city.transaction() as tx:
        walk(tx, people.PATHS[CaseState.FILED])
    with pytest.raises(StorageError, match="append"), city.transaction() as tx:
        tx.execute(edit)
    with city.transaction() as tx:  # as the owner of the database could
        tx.execute("ALTER TABLE case_event DISABLE TRIGGER case_event_append_only")
        tx.execute(edit)

    with city.transaction() as tx:
        (finding,) = verify_chain(tx)[0]
    assert finding.trouble == trouble
    assert "case_event" in finding.place


def test_two_events_never_make_the_same_version(city: Database) -> None:
    with city.transaction() as tx:
        walk(tx, people.PATHS[CaseState.FILED])
    with pytest.raises(AlreadyStored), city.transaction() as tx:
        tx.execute(
            "INSERT INTO case_event (case_id, seq, at, act, from_state, to_state, actor, post, department, reason,"
            " data, origin) SELECT case_id, 2, at, act, from_state, to_state, actor, post, department, reason, data,"
            " origin FROM case_event WHERE seq = 1"
        )


# ---- who sees what


def test_a_scope_sees_the_cases_of_its_areas(city: Database) -> None:
    with city.transaction() as tx:
        near, far = walk(tx, people.TO_HANDLING, area="990101"), walk(tx, people.TO_HANDLING, area="990102")

    with city.within(FIRST).transaction() as tx:
        assert [row["case_id"] for row in tx.rows("SELECT case_id FROM city_case")] == [near]
        for table in ("case_event", "case_task"):
            assert {row["case_id"] for row in tx.rows(f"SELECT case_id FROM {table}")} == {near}
        with pytest.raises(CaseUnknown):
            find_case(tx, far)


def test_an_act_works_in_a_scope_and_not_outside_of_it(city: Database) -> None:
    with city.within(FIRST).transaction() as tx:
        case_id = walk(tx, people.TO_HANDLING)
    with pytest.raises(CaseUnknown), city.within(SECOND).transaction() as tx:
        do(tx, case_id, Act.COMMENT, people.CHIEF)
    with city.within(SECOND).transaction() as tx:
        assert tx.execute("UPDATE city_case SET state = 'closed'") == 0
    with pytest.raises(StorageError), city.within(SECOND).transaction() as tx:
        report_case(tx, area="990101")

    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []
        assert len(case_events(tx, case_id)) == 4


def test_a_department_sees_its_tasks_wherever_they_lie_and_a_moved_task_closes_the_door(city: Database) -> None:
    roads, water = (posts.scope_of(actor, FIRST) for actor in (people.HEAD, people.HELPER))
    with city.transaction() as tx:
        case_id = walk(tx, people.TO_HANDLING, area="990102")
        walk(tx, people.PATHS[CaseState.FILED], area="990101")

    for scope in (roads, water):
        with city.within(scope).transaction() as tx:
            assert [row["case_id"] for row in tx.rows("SELECT case_id FROM city_case")] == [case_id]
            assert {row["case_id"] for row in tx.rows("SELECT case_id FROM case_event")} == {case_id}
    with city.within(roads).transaction() as tx:
        do(tx, case_id, Act.ASK_RETURN, people.HEAD)
    with city.transaction() as tx:
        do(tx, case_id, Act.GRANT_RETURN, people.DISPATCHER)
    for scope in (roads, water):
        with city.within(scope).transaction() as tx:
            assert tx.rows("SELECT case_id FROM city_case") == []
            with pytest.raises(CaseUnknown):
                find_case(tx, case_id)


def test_a_department_that_is_called_to_a_place_sees_why(city: Database) -> None:
    police = CaseActor("jing", Post.WORKER, "police")
    with city.transaction() as tx:
        case_id = walk(tx, people.TO_HANDLING)
        do(tx, case_id, Act.WHISTLE, people.STREET_HEAD)

    with city.within(posts.scope_of(police, Scope())).transaction() as tx:
        assert do(tx, case_id, Act.ARRIVE, police).whistles[0].arrived[0][0] == "police"


def test_nobody_hides_a_statement_in_a_department() -> None:
    with pytest.raises(ScopeError):
        _ = Scope(department="roads'; DROP").settings
    assert Scope(areas=("99",)).covers(Scope(areas=("9901",)))
    assert not Scope(areas=("99",)).covers(Scope(areas=("9901",), department="roads"))
    assert Scope().covers(Scope(areas=(), department="roads"))


# ---- merging


def test_merging_keeps_every_caller_and_unmerging_restores(city: Database) -> None:
    with city.transaction() as tx:
        child, master = report_case(tx, callers=2), walk(tx, people.TO_HANDLING)
        before = find_case(tx, child)
        merging.merge(tx, child, master, version=1, actor=people.ACCEPTOR, now=NOW)
        assert find_case(tx, master).callers == 2
        with pytest.raises(ActRefused, match="not open"):
            merging.merge(tx, master, child, version=5, actor=people.ACCEPTOR, now=NOW)
        with pytest.raises(ActRefused, match="itself"):
            merging.merge(tx, master, master, version=5, actor=people.ACCEPTOR, now=NOW)
        merging.unmerge(tx, child, version=2, actor=people.CHIEF, now=NOW, reason="another hole")

        assert find_case(tx, child) == replace(before, version=3)
        assert find_case(tx, master).callers == 0
        assert acting.replay_case(tx, master) == find_case(tx, master)


def test_two_who_merge_crosswise_do_not_wait_for_each_other(city: Database) -> None:
    with city.transaction() as tx:
        one, other = report_case(tx), report_case(tx)

    def merge(pair: tuple[int, int]) -> str:
        try:
            with city.transaction() as tx:
                merging.merge(tx, *pair, version=1, actor=people.ACCEPTOR, now=NOW)
        except (ActRefused, CaseTaken) as error:
            return type(error).__name__
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(merge, [(one, other), (other, one)]))

    assert sorted(results) in (["ActRefused", "merged"], ["CaseTaken", "merged"])


# ---- the same deadline in SQL


def test_the_database_counts_every_vector_as_the_program_does(city: Database) -> None:
    with city.transaction() as tx:
        import_calendar(tx, replace(calendar("B"), code="b"), actor="test", now=NOW)
        known = StoredCalendars(tx)
        for case in CASES:
            slots, start, text, due = case.values
            stored = known["city" if slots == "A" else "b", 1]
            found = count_due(tx, ClockInputs(at(str(start)), limit(str(text))), stored)
            assert found is not None
            assert found.at == at(str(due)), case.id
        assert count_due(tx, PAUSED.extended(limit("16 wh")), known["city", 1]) == find_deadline(
            PAUSED.extended(limit("16 wh")), calendar()
        )
        provisional = ClockInputs(at("12-31 16:00"), limit("2 wd"))
        assert count_due(tx, provisional, known["city", 1]) == find_deadline(provisional, calendar())
        beyond = ClockInputs(at("2027-12-30 16:00"), limit("20 wd"))
        assert count_due(tx, beyond, known["city", 1]) is None
        with pytest.raises(CalendarMissing):
            find_deadline(beyond, calendar())


def test_the_database_counts_whatever_clock_as_the_program_does(city: Database) -> None:
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(clocks(), clocks())
    def compare(clock: ClockInputs, other: ClockInputs) -> None:
        extended = clock.extended(other.limit)
        with city.transaction() as tx:
            assert count_due(tx, clock, calendar()) == find_deadline(clock, calendar())
            assert count_due(tx, extended, calendar()) == find_deadline(extended, calendar())

    compare()


def test_a_calendar_has_versions_and_a_case_keeps_its_own(city: Database) -> None:
    with city.transaction() as tx:
        case_id = walk(tx, people.TO_HANDLING)
        due = find_case(tx, case_id).deadline
        closer = replace(calendar(), days={**calendar().days, at("06-09 00:00").date(): calendar().days[_holiday()]})
        assert import_calendar(tx, closer, actor="test", now=NOW) == 2
        assert calendar_in_force(tx, "city") == 2
        assert calendar_in_force(tx, "nowhere") is None

        assert do(tx, case_id, Act.COMMENT, people.CHIEF).deadline == due
        later = do(tx, case_id, Act.RECOUNT, people.TIMER).deadline
        assert later is not None
        assert due is not None
        assert later.at - due.at == timedelta(days=1)


def _holiday() -> date:
    return at("06-19 00:00").date()


# ---- by the clock


def test_watch_notes_what_is_overdue_once_and_at_its_time(city: Database) -> None:
    with city.transaction() as tx:
        case_id, suspended = walk(tx, people.TO_HANDLING), walk(tx, people.PATHS[CaseState.SUSPENDED])
    due = at("06-10 09:02")

    for now in (due, due + timedelta(minutes=1), due + timedelta(minutes=2)):
        assert tend_cases(city, now, zone=SHANGHAI)

    with city.transaction() as tx:
        assert find_case(tx, case_id).overdue_at == due + timedelta(minutes=1)
        assert [event["act"] for event in case_events(tx, case_id)].count("overdue") == 1
        assert find_case(tx, suspended).state is CaseState.SUSPENDED


def test_watch_has_a_suspension_end_when_it_was_to_end(city: Database) -> None:
    with city.transaction() as tx:
        case_id = walk(tx, people.PATHS[CaseState.SUSPENDED])
        due = find_case(tx, case_id).deadline

    assert tend_cases(city, people.UNTIL - timedelta(seconds=1), zone=SHANGHAI)
    assert tend_cases(city, people.UNTIL + timedelta(hours=30), zone=SHANGHAI)  # it was away for a day

    with city.transaction() as tx:
        case = find_case(tx, case_id)
        assert (case.state, case.deadline) == (CaseState.HANDLING, due)
        assert [event["act"] for event in case_events(tx, case_id)][-1] == "resume"


def test_a_city_without_a_calendar_gets_the_products(database: Database) -> None:
    assert tend_cases(database, NOW, zone=SHANGHAI)
    assert tend_cases(database, NOW, zone=SHANGHAI)

    with database.transaction() as tx:
        assert calendar_in_force(tx, "city") == 1
        assert tx.value("SELECT count(*) FILTER (WHERE by_law) FROM work_day WHERE day < '2027-01-01'") == 496


def test_one_program_at_a_time_does_it(city: Database) -> None:
    with city.transaction() as tx:
        assert tx.value("SELECT pg_try_advisory_xact_lock(hashtext('cityops cases'))")
        assert not tend_cases(city, NOW, zone=SHANGHAI)


def test_watch_runs_the_jobs_of_cases(city: Database) -> None:
    found = jobs_of_rooms(city, read_settings({}))

    assert [job.name for job in found][:2] == ["cases", "case-scores"]
    assert found[0].work(NOW)


# ---- the verbs


def test_an_announced_year_takes_the_place_of_an_assumed_one(
    city: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    year = tmp_path / "2027.toml"
    year.write_text(
        'year = 2027\nstatus = "announced"\nsource = "test"\n'
        '[[holiday]]\nname = "元旦"\nfirst = 2027-01-01\nlast = 2027-01-04\nworked = [2027-01-09]\n'
    )
    clock = ClockInputs(at("12-31 16:00"), limit("2 wd"))
    for options, version in (("--dry-run", 1), ("", 2)):
        result = CliRunner().invoke(app, ["cases", "import-calendar", str(year), *options.split()])
        assert result.exit_code == 0, result.output
        with city.transaction() as tx:
            assert calendar_in_force(tx, "city") == version
            found = count_due(tx, clock, StoredCalendars(tx)["city", version])
            assert found == find_deadline(clock, StoredCalendars(tx)["city", version])
        assert found is not None
        assert found.provisional is (version == 1)
        assert found.at == at("2027-01-05 16:00" if version == 1 else "2027-01-06 16:00")
