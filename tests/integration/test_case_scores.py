"""The scores of a month: stored with their numbers, the same again from the same cases, and closed for good."""

from datetime import timedelta

import pytest
from msgspec import structs
from typer.testing import CliRunner

from cases.errors import MonthClosed, MonthUnusable
from cases.evaluation.formula_files import load_formulas
from cases.evaluation.formulas import FormulaTables
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.evaluation.scores import (
    cases_behind,
    find_run,
    flag_month,
    forget_runs,
    indicators_of,
    make_scores,
    month_bounds,
    months_scored,
    scores_of,
)
from cases.watch import score_months
from cityops.command_line import app
from cityops.storage import Database, Transaction
from tests.case_samples import do, start_city, walk
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI, at

TABLES = load_formulas()
NOW = at("07-02 09:00")


@pytest.fixture
def city(database: Database) -> Database:
    """One case was closed in time, one is late and open; both are the road department's."""
    start_city(database)
    with database.transaction() as tx:
        walk(tx, people.PATHS[CaseState.CLOSED])
        walk(tx, people.TO_HANDLING)
    return database


def make(tx: Transaction, *, final: bool = False, month: str = "2026-06") -> int:
    make_scores(tx, month, TABLES, actor="kao", now=NOW, zone=SHANGHAI, final=final)
    run = find_run(tx, month)
    assert run is not None
    return int(run["score_run_id"])


def test_a_score_is_stored_with_its_numbers_and_the_cases_behind_them(city: Database) -> None:
    with city.transaction() as tx:
        run = make(tx)
        (score,) = [one for one in scores_of(tx, run) if one["formula"] == "department"]
        rates = {row["indicator"]: row for row in indicators_of(tx, run) if row["formula"] == "department"}
        behind = {count: cases_behind(tx, run, scores="department", unit="roads", count=count) for count in COUNTS}

    assert (score["unit"], score["version"], float(score["points"]), score["level"]) == ("roads", 1, 70.0, "C")
    in_time = rates["handled_in_time_rate"]
    assert (in_time["numerator"], in_time["denominator"], in_time["value"]) == (1, 2, 0.5)
    assert behind == {"due_handle": [1, 2], "handled_in_time": [1], "waiting_late": [2], "reworked": []}


COUNTS = ("due_handle", "handled_in_time", "waiting_late", "reworked")


def test_the_same_cases_give_the_same_scores(city: Database) -> None:
    with city.transaction() as tx:
        first, second = make(tx), make(tx)

        assert first != second
        assert scores_of(tx, first) == scores_of(tx, second)
        assert indicators_of(tx, first) == indicators_of(tx, second)
        tables = tx.rows("SELECT scores, unit, count, cases FROM score_count WHERE score_run_id = %(run)s", run=first)
        assert tables == tx.rows(
            "SELECT scores, unit, count, cases FROM score_count WHERE score_run_id = %(run)s", run=second
        )


def test_only_what_changed_is_flagged_again(city: Database) -> None:
    def flagged(tables: FormulaTables = TABLES) -> int:
        with city.transaction() as tx:
            return flag_month(tx, "2026-06", tables, now=NOW, zone=SHANGHAI, most=100)

    assert (flagged(), flagged()) == (2, 0)
    with city.transaction() as tx:
        do(tx, 2, Act.COMMENT, people.CHIEF)
        walk(tx, people.TO_HANDLING)
    assert (flagged(), flagged()) == (2, 0)
    other = structs.replace(TABLES, step={**TABLES.step, "close": "8h"})
    assert (flagged(other), flagged(other)) == (3, 0)  # by other limits every deadline may be another
    with city.transaction() as tx:
        run = make(tx)
        assert cases_behind(tx, run, scores="department", unit="roads", count="waiting_late") == [2, 3]
        assert tx.value("SELECT count(*) FROM case_flag WHERE case_id = 1 AND scores = 'department'") == 2


def test_a_closed_month_stays_closed(city: Database) -> None:
    with city.transaction() as tx:
        run = make(tx, final=True)
        with pytest.raises(MonthClosed, match="kao"):
            make(tx)
        assert find_run(tx, "2026-06") is not None
        assert months_scored(tx) == [{"month": "2026-06", "is_final": True}]
        walk(tx, people.PATHS[CaseState.CLOSED])
        assert cases_behind(tx, run, scores="department", unit="roads", count="due_handle") == [1, 2]


def test_a_run_that_another_took_the_place_of_is_kept_for_a_while(city: Database) -> None:
    with city.transaction() as tx:
        first, may, last = make(tx), make(tx, month="2026-05"), make(tx)
        assert forget_runs(tx, NOW) == 0  # none was made before
        assert forget_runs(tx, NOW + timedelta(seconds=1)) == 1

        assert [len(scores_of(tx, run)) > 0 for run in (first, last)] == [False, True]
        assert tx.value("SELECT array_agg(score_run_id ORDER BY score_run_id) FROM score_run") == [may, last]
        assert tx.value("SELECT count(*) FROM score_count WHERE score_run_id = %(run)s", run=first) == 0


@pytest.mark.parametrize(
    ("month", "final"), [("2026-07", True), ("2026-08", False), ("June", False), ("2026-13", False)]
)
def test_a_month_that_cannot_be_scored_is_refused(city: Database, month: str, final: bool) -> None:
    with pytest.raises(MonthUnusable), city.transaction() as tx:
        make(tx, month=month, final=final)


def test_a_month_is_the_citys() -> None:
    assert month_bounds("2026-12", SHANGHAI) == (at("12-01 00:00"), at("01-01 00:00", year=2027))
    begin, end = month_bounds("2026-02", SHANGHAI)
    assert end - begin == timedelta(days=28)


def test_months_are_scored_once_a_day_until_they_are_closed(city: Database) -> None:
    def runs() -> list[tuple[str, int]]:
        with city.transaction() as tx:
            rows = tx.rows("SELECT month, count(*) AS runs FROM score_run GROUP BY month ORDER BY month")
        return [(row["month"], row["runs"]) for row in rows]

    assert score_months(city, at("05-31 23:00"), zone=SHANGHAI)
    assert runs() == []  # nothing had been reported
    assert score_months(city, NOW, zone=SHANGHAI)
    assert score_months(city, NOW + timedelta(hours=23), zone=SHANGHAI)
    assert runs() == [("2026-06", 1), ("2026-07", 1)]
    with city.transaction() as tx:
        make(tx, final=True)
    assert score_months(city, NOW + timedelta(hours=25), zone=SHANGHAI)
    assert runs() == [("2026-06", 2), ("2026-07", 2)]


def test_the_verb_shows_and_closes_a_month(city: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)

    result = CliRunner().invoke(app, ["cases", "score", "--month", "2026-06", "--final"])

    assert result.exit_code == 0, result.output
    assert "专业部门综合评价 Department v1" in result.output
    assert "1  roads                 70.00 C" in result.output
    assert "handled_in_time_rate 1/2" in result.output
    again = CliRunner().invoke(app, ["cases", "score", "--month", "2026-06"])
    assert isinstance(again.exception, MonthClosed)
