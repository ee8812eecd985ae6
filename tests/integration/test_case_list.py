"""Lists of cases in the database: what waits for me first, filters, pages, and the speed of 50,000 open ones."""

import hashlib
from datetime import timedelta

import pytest
from msgspec.structs import replace

from cases.errors import ActRefused
from cases.life.details import Whistling
from cases.life.dispatch import MOST_HELPERS
from cases.life.oversight import MOST_CALLED
from cases.life.posts import CaseActor
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.case_list import (
    SQL,
    CaseFilter,
    StateCount,
    case_by_number,
    cases_by_number,
    count_cases,
    filter_values,
    note_waiting,
    urgent_cases,
)
from cases.store.case_map import cases_on_map
from cases.store.case_store import case_row
from cases.store.posts import scope_of
from cityops.scope import WHOLE, Scope
from cityops.storage import Database, Transaction
from tests.case_samples import NOW, do, start_city, walk
from tests.unit.cases import people


@pytest.fixture
def city(database: Database) -> Database:
    start_city(database)
    return database


def ids(tx: Transaction, actor: CaseActor | None, wanted: CaseFilter | None = None, **more: int) -> list[int]:
    rows = urgent_cases(tx, wanted or CaseFilter(), [actor] if actor else [], most=more.get("most", 50))
    return [row["case_id"] for row in rows]


def test_what_waits_for_me_comes_first_then_what_is_due_soonest(city: Database) -> None:
    with city.transaction() as tx:
        later = walk(tx, people.PATHS[CaseState.DISPATCHED], now=NOW + timedelta(hours=1))
        soon = walk(tx, people.PATHS[CaseState.DISPATCHED])
        filed = walk(tx, people.PATHS[CaseState.FILED])
        walk(tx, people.PATHS[CaseState.CLOSED])

        assert ids(tx, None) == [soon, later, filed]
        assert ids(tx, people.DISPATCHER) == [filed, soon, later]
        assert [row["is_mine"] for row in urgent_cases(tx, CaseFilter(), [people.DISPATCHER], most=9)] == [1, 0, 0]
        assert urgent_cases(tx, CaseFilter(), [people.DISPATCHER], most=9, mine_only=True)[0]["case_id"] == filed
        assert count_cases(tx, [people.DISPATCHER]) == {
            CaseState.DISPATCHED: StateCount(2, 0, 0),
            CaseState.FILED: StateCount(1, 1, 0),
        }


def test_filters_and_pages(city: Database) -> None:
    with city.transaction() as tx:
        first, second, third = (walk(tx, people.PATHS[CaseState.HANDLING]) for _ in range(3))
        other = walk(tx, people.PATHS[CaseState.FILED], area="990202")
        number = case_row(tx, second)["number"]

        assert ids(tx, None, CaseFilter(area="9902")) == [other]
        assert ids(tx, None, CaseFilter(state="handling", text=number[-4:])) == [second]
        assert ids(tx, None, CaseFilter(text="100%")) == []
        assert ids(tx, None, CaseFilter(department="water")) == [first, second, third]
        assert ids(tx, None, CaseFilter(severity=1)) == []
        assert ids(tx, None, CaseFilter(overdue=True)) == []
        assert case_by_number(tx, number) == second
        page = urgent_cases(tx, CaseFilter(), [], most=9, listed=[first, third])
        assert [row["case_id"] for row in page] == [second, other]
        by_number = cases_by_number(tx, CaseFilter(), [], most=2, below=other)
        assert [row["case_id"] for row in by_number] == [third, second]
        assert cases_by_number(tx, CaseFilter(), [], most=9, which="closed") == []


def test_a_department_sees_what_it_has_to_do_with(city: Database) -> None:
    with city.transaction() as tx:
        mine = walk(tx, people.PATHS[CaseState.DISPATCHED])
        walk(tx, people.PATHS[CaseState.FILED])
    with city.within(scope_of(people.HELPER, Scope())).transaction() as tx:
        assert ids(tx, people.HELPER) == [mine]
        assert count_cases(tx, [people.HELPER]) == {CaseState.DISPATCHED: StateCount(1, 1, 0)}
    with city.within(scope_of(people.STREET_HEAD, Scope())).transaction() as tx:
        assert ids(tx, people.STREET_HEAD) == []


def test_for_whom_older_cases_wait_is_noted(city: Database) -> None:
    with city.transaction() as tx:
        filed = walk(tx, people.PATHS[CaseState.FILED])
        tx.execute("UPDATE city_case SET awaited = NULL, departments = NULL")
        assert urgent_cases(tx, CaseFilter(), [people.DISPATCHER], most=9, mine_only=True) == []

        assert note_waiting(tx, NOW, most=9) == 1
        assert note_waiting(tx, NOW, most=9) == 0
        assert ids(tx, people.DISPATCHER) == [filed]


def test_the_lists_of_a_department_show_the_same_cases(city: Database) -> None:
    """By urgency, by number, on the map and as a count; one whose departments are not noted yet waits for `watch`."""
    with city.transaction() as tx:
        theirs, unknown = (walk(tx, people.PATHS[CaseState.HANDLING]) for _ in range(2))
        walk(tx, people.PATHS[CaseState.FILED])
        tx.execute("UPDATE city_case SET awaited = NULL, departments = NULL WHERE case_id = %(id)s", id=unknown)

        assert shown_to(tx, people.HEAD) == ([theirs], [theirs], 1, 1)
        note_waiting(tx, NOW, most=9)
        assert shown_to(tx, people.HEAD) == ([theirs, unknown], [unknown, theirs], 2, 2)


def shown_to(tx: Transaction, actor: CaseActor) -> tuple[list[int], list[int], int, int]:
    by_number = cases_by_number(tx, CaseFilter(), [actor], most=9)
    on_map = cases_on_map(
        tx, CaseFilter(), [actor], box=(118.0, 31.0, 119.0, 32.0), columns=1, rows=1, now=NOW, soon=timedelta(hours=1)
    )
    counted = count_cases(tx, [actor])
    return (
        ids(tx, actor),
        [row["case_id"] for row in by_number],
        sum(cell.open for cell in on_map.cells) + on_map.elsewhere + on_map.nowhere,
        sum(count.open for count in counted.values()),
    )


def test_a_page_is_read_from_indexes_however_many_are_open(city: Database) -> None:
    """The plan is what can be tested without a clock: none of the two parts reads the whole table."""
    fill(city)
    with city.transaction() as tx:
        plans = {others: plan(tx, "urgent_cases", **asked(others=others)) for others in (True, False)}
        months = plan(tx, "cases_to_flag", start=NOW - timedelta(days=1), end=NOW, rules="", most=None)

    assert "Index Only Scan using city_case_listed" in plans[True]
    assert "city_case_awaited" in plans[False]
    assert "Seq Scan" not in plans[True] + plans[False]
    assert "Seq Scan on city_case " not in months


@pytest.mark.parametrize("scope", [Scope(areas=("990102",)), Scope(areas=("990102",), department="water")])
def test_a_scope_is_judged_in_the_index_without_a_call_for_each_case(city: Database, scope: Scope) -> None:
    fill(city)
    with city.within(scope).transaction() as tx:
        plans = [
            plan(tx, "urgent_cases", **asked(others=True)),
            plan(tx, "case_counts", mine=["dispatcher"], department="", within=""),
        ]

    assert "Index Only Scan using city_case_listed" in plans[0]
    for words in plans:
        assert "hashed SubPlan" in words  # one question for all tasks of the department, none for each case
        assert "in_scope(" not in words


def test_the_cases_of_a_street_are_found_by_its_area(city: Database) -> None:
    """Nobody who sees one street among hundreds reads through the open cases of all of them."""
    fill(city)
    street = Scope(areas=("990199001",))
    with city.transaction() as tx:
        tx.execute("UPDATE city_case SET area_code = '990199001' WHERE case_id % 100 = 0")
        tx.execute("ANALYZE city_case")
    with city.within(street).transaction() as tx:
        counts = plan(tx, "case_counts", mine=["dispatcher"], department="", within=street.only_area)
        pages = [plan(tx, "urgent_cases", **asked(others=others, scope=street)) for others in (True, False)]

    assert ["city_case_open_area" in words for words in (counts, *pages)] == [True, True, True]


def test_a_case_with_as_many_departments_as_there_may_be_fits_in_the_index(city: Database) -> None:
    many = [f"{number:03}-{hashlib.sha256(bytes([number])).hexdigest()[:36]}" for number in range(MOST_CALLED * 2)]
    helpers, called = tuple(many[:MOST_HELPERS]), tuple(many[MOST_HELPERS:])
    sent = replace(people.TO_ROADS, helpers=helpers)
    call = Whistling(departments=called, arrive_due=NOW + timedelta(hours=1))
    with city.transaction() as tx:
        case_id = walk(tx, people.PATHS[CaseState.FILED])
        do(tx, case_id, Act.DISPATCH, people.DISPATCHER, sent, NOW)
        do(tx, case_id, Act.WHISTLE, people.STREET_HEAD, call, NOW)
        assert case_row(tx, case_id)["state"] == CaseState.DISPATCHED

        with pytest.raises(ActRefused, match="At most 12 departments are called"):
            do(tx, case_id, Act.WHISTLE, people.STREET_HEAD, replace(call, departments=(*called, "police")), NOW)
        other = walk(tx, people.PATHS[CaseState.FILED])
        with pytest.raises(ActRefused, match="At most 12 departments help"):
            do(tx, other, Act.DISPATCH, people.DISPATCHER, replace(sent, helpers=(*helpers, "police")), NOW)


def asked(*, others: bool, scope: Scope = WHOLE) -> dict[str, object]:
    return filter_values(CaseFilter(), [people.DISPATCHER], (), scope) | {"others": others, "most": 50}


def plan(tx: Transaction, query: str, **values: object) -> str:
    return "\n".join(row["QUERY PLAN"] for row in tx.rows("EXPLAIN " + SQL[query], **values))


def fill(city: Database) -> None:
    """Five thousand open cases, by SQL; the indexes are worth reading then."""
    with city.transaction() as tx:
        walk(tx, people.PATHS[CaseState.FILED])
        walk(tx, people.PATHS[CaseState.DISPATCHED])
        tx.execute(
            "INSERT INTO city_case (day_code, version, state, kind, source, category, standard, severity, area_code,"
            " first_area, address, description, round, lead_department, called_departments, reported_by, reported_at,"
            " due_at, due_provisional, snapshot, awaited, departments)"
            " SELECT day_code, version, state, kind, source, category, standard, severity, area_code, first_area,"
            " address, description, round, lead_department, called_departments, reported_by, reported_at,"
            " reported_at + later * interval '1 minute', due_provisional, snapshot, awaited, departments"
            " FROM city_case, generate_series(1, 5000) AS later WHERE state = 'dispatched'"
        )
        tx.execute("ANALYZE city_case")
