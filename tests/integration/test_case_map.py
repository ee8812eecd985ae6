"""The map of open cases: what is counted where, as the list says it, in the scope of who looks."""

from datetime import timedelta

import pytest

from cases.catalogue.categories import CaseCatalogue
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.case_list import Box, CaseFilter, urgent_cases
from cases.store.case_map import CaseMap, cases_on_map
from cityops.scope import Scope
from cityops.storage import Database, Transaction
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.list_view import SOON, due_words
from tests.case_samples import NOW, do, start_city, walk
from tests.unit.cases import people

WORDS = CaseWords("zh", CaseCatalogue("", {}, {}), {})
BOX: Box = (118.0, 31.0, 119.0, 32.0)


@pytest.fixture
def city(database: Database) -> Database:
    start_city(database)
    return database


def look(tx: Transaction, wanted: CaseFilter | None = None, **more: object) -> CaseMap:
    asked = {"box": BOX, "columns": 10, "rows": 10, "now": NOW, "soon": SOON} | more
    return cases_on_map(tx, wanted or CaseFilter(), [people.DISPATCHER], **asked)  # type: ignore[arg-type]


def place(tx: Transaction, case_id: int, longitude: float | None, latitude: float | None) -> None:
    tx.execute(
        "UPDATE city_case SET longitude = %(lon)s, latitude = %(lat)s WHERE case_id = %(id)s",
        id=case_id,
        lon=longitude,
        lat=latitude,
    )


def test_cases_are_counted_where_they_are(city: Database) -> None:
    with city.transaction() as tx:
        near, beside, far, beyond, nowhere = (walk(tx, people.PATHS[CaseState.FILED]) for _ in range(5))
        closed = walk(tx, people.PATHS[CaseState.CLOSED])
        for case_id, at in ((near, 118.01), (beside, 118.03), (far, 118.95), (beyond, 119.0), (closed, 118.01)):
            place(tx, case_id, at, 31.05)
        place(tx, nowhere, None, None)
        found = look(tx)

        assert [(cell.column, cell.row, cell.open, cell.case_id) for cell in found.cells] == [
            (9, 0, 1, far),
            (0, 0, 2, near),
        ]
        assert found.cells[1].longitude == pytest.approx(118.02)
        assert (found.elsewhere, found.nowhere) == (1, 1)
        assert look(tx, CaseFilter(state="handling")) == CaseMap([], 0, 0)
        assert len(look(tx, mine_only=True).cells) == 2


def test_a_mark_has_the_clock_that_the_list_has(city: Database) -> None:
    """Just past, just in time, within the span, at its end, handled in time and too late: of each one case."""
    with city.transaction() as tx:
        due = NOW + timedelta(days=10)
        cases = [walk(tx, people.PATHS[CaseState.HANDLING]) for _ in range(4)]
        handled = [walk(tx, people.PATHS[CaseState.HANDLED]) for _ in range(2)]
        moments = [due - timedelta(seconds=1), due, due + SOON - timedelta(seconds=1), due + SOON]
        for column, (case_id, at) in enumerate(zip(cases, moments, strict=True)):
            place(tx, case_id, 118.05 + column / 10, 31.05)
            tx.execute("UPDATE city_case SET due_at = %(at)s WHERE case_id = %(id)s", id=case_id, at=at)
        for column, (case_id, late) in enumerate(zip(handled, (0, 1), strict=True), 4):
            place(tx, case_id, 118.05 + column / 10, 31.05)
            tx.execute(
                "UPDATE city_case SET due_at = handled_at - %(late)s * interval '1 second' WHERE case_id = %(id)s",
                id=case_id,
                late=late,
            )
        rows = {row["case_id"]: row for row in urgent_cases(tx, CaseFilter(), [], most=9)}
        said = {case_id: due_words(row, WORDS, due)[1] for case_id, row in rows.items()}
        drawn = {
            cell.case_id: "is-late" if cell.late else "is-soon" if cell.soon else "" for cell in look(tx, now=due).cells
        }

    assert drawn == said
    assert sorted(said.values()) == ["", "", "is-late", "is-late", "is-soon", "is-soon"]


def test_what_lies_out_of_scope_is_not_even_counted(city: Database) -> None:
    with city.transaction() as tx:
        mine = walk(tx, people.PATHS[CaseState.FILED], area="990101")
        other = walk(tx, people.PATHS[CaseState.FILED], area="990102")
        hidden = walk(tx, people.PATHS[CaseState.FILED], area="990102")
        for case_id in (mine, other):
            place(tx, case_id, 118.01, 31.05)
        place(tx, hidden, None, None)
    with city.within(Scope(areas=("990101",))).transaction() as tx:
        found = look(tx)

    assert [(cell.open, cell.case_id) for cell in found.cells] == [(1, mine)]
    assert (found.elsewhere, found.nowhere) == (0, 0)


def test_a_part_of_the_map_can_be_listed(city: Database) -> None:
    with city.transaction() as tx:
        here, there = (walk(tx, people.PATHS[CaseState.FILED]) for _ in range(2))
        place(tx, here, 118.5, 31.5)
        place(tx, there, 118.7, 31.5)
        do(tx, here, Act.COMMENT, people.DISPATCHER)
        wanted = CaseFilter(box=(118.4, 31.4, 118.6, 31.6))

        assert [row["case_id"] for row in urgent_cases(tx, wanted, [people.DISPATCHER], most=9)] == [here]
