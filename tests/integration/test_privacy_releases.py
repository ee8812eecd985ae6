"""Releases in the database: budgets that nobody overspends, answers that stay, and people who stay unknown."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from threading import Barrier

import pytest
from typer.testing import CliRunner

from cityops.areas import Area, AreaLevel
from cityops.command_line import app
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.audit import verify_chain
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.migrate import Profile, scripts
from sharing.errors import BudgetSpent, ReleaseUnusable
from sharing.privacy import ledger
from sharing.privacy.persons import ask, rows_of
from sharing.privacy.question import ReleaseQuestion
from tests.privacy_samples import FIRST, NOW, OCTOBER, answered, report
from tests.unit.cases.calendars import SHANGHAI

ONE = Fraction(1)
QUARTER = ONE / 4


@pytest.fixture
def city(database: Database) -> Database:
    """Two districts with a street each; October's reports, of which one person sent 50, and a budget of 1."""
    districts = {"990101": "东区", "990102": "西区"}
    with database.transaction() as tx:
        store_areas(
            tx,
            [
                Area("9901", "云川市", AreaLevel.CITY),
                *(Area(code, name, AreaLevel.DISTRICT, parent="9901") for code, name in districts.items()),
                *(Area(f"{code}001", f"{name}一街", AreaLevel.STREET, parent=code) for code, name in districts.items()),
            ],
        )
        for number in range(80):
            report(tx, number, "990101001" if number % 4 else "990102001", reporter=None)
        busy = tx.value(
            "INSERT INTO reporter (person_key, sealed, confidential, kept_until, created_at) "
            "VALUES ('\\x01', '\\x02', false, now(), now()) RETURNING reporter_id"
        )
        for number in range(80, 130):
            report(tx, number, "990102001", reporter=busy)
        report(tx, 130, "990101001", reporter=None, confidential=True)
        report(tx, 131, "990101001", reporter=None, at=FIRST - timedelta(seconds=1))
        ledger.set_budget(tx, "citizens", OCTOBER, ONE, actor="he", now=NOW, zone=SHANGHAI)
    return database


def asked(tx: Transaction, statistic: str, data_set: str = "reports", **more: object) -> ReleaseQuestion:
    values: dict[str, object] = {"by": "", "rows": 1, "low": 0, "high": 60}
    return ask(tx, data_set, OCTOBER, statistic, **values | more)  # type: ignore[arg-type]


def release(
    database: Database,
    statistic: str,
    epsilon: Fraction = QUARTER,
    seed: int = 7,
    start: Barrier | None = None,
    **more: object,
) -> ledger.Release:
    """Release a figure; `start`: with others at the same moment, each in a transaction that is open already."""
    with database.transaction() as tx:
        question, below = asked(tx, statistic, **more), random.Random(seed).randrange  # type: ignore[arg-type]
        if start is not None:
            start.wait()
        return ledger.release(tx, question, epsilon, actor="he", now=NOW, zone=SHANGHAI, below=below)


def spent(database: Database) -> Fraction:
    with database.transaction() as tx:
        stored = tx.value("SELECT coalesce(sum(epsilon), 0) FROM privacy_release")
        row = ledger.budgets(tx, "reports")[0]
    assert row["spent"] == stored  # the budget and the ledger say the same
    return Fraction(row["spent"])


def test_figures_are_near_the_truth_and_count_each_person_once(city: Database) -> None:
    count = release(city, "count", Fraction(1, 4)).answer["figures"][""]
    by_district = release(city, "histogram", Fraction(1, 4), by="district").answer["figures"]
    days = release(city, "mean", Fraction(1, 2)).answer["figures"][""]

    assert count["scale"] == "4"
    assert abs(count["value"] - 81) <= 20  # not 130: the 50 reports of one person count once
    assert set(by_district) == {"990101", "990102"}
    assert abs(by_district["990101"]["value"] - 60) <= 20
    assert abs(by_district["990102"]["value"] - 21) <= 20
    assert 0 <= days["value"] <= 60
    assert spent(city) == 1


def test_a_budget_that_is_spent_refuses(city: Database) -> None:
    release(city, "count", Fraction(3, 4))
    with pytest.raises(BudgetSpent):
        release(city, "sum", Fraction(1, 2))
    release(city, "sum", Fraction(1, 4))
    with pytest.raises(BudgetSpent):
        release(city, "mean", Fraction(1, 1_000_000))

    assert spent(city) == 1


def test_the_same_question_has_the_same_answer_whatever_is_paid_for_it(city: Database) -> None:
    """Otherwise the mean of many answers would be the truth."""
    first = release(city, "count")
    again = {release(city, "count", Fraction(1, 8), seed).answer["figures"][""]["value"] for seed in range(50)}
    again |= {release(city, "count", seed=seed, low=seed, high=99).answer["figures"][""]["value"] for seed in range(9)}

    assert again == {first.answer["figures"][""]["value"]}
    assert spent(city) == Fraction(1, 4)


def race(spend: Callable[[int, Barrier], ledger.Release]) -> list[ledger.Release]:
    """Let eight spend at the same moment, numbered from 1; return what was released to those who were not refused."""
    start = Barrier(8)

    def run(number: int) -> ledger.Release | None:
        try:
            return spend(number, start)
        except BudgetSpent:
            return None

    with ThreadPoolExecutor(8) as pool:
        return [made for made in pool.map(run, range(1, 9)) if made is not None]


def test_of_many_who_spend_at_once_none_spends_too_much(city: Database) -> None:
    made = race(lambda number, start: release(city, "count", Fraction(3, 10), rows=number, start=start))

    assert len(made) == 3
    assert spent(city) == Fraction(9, 10)


def test_of_many_who_ask_the_same_at_once_all_get_one_answer(city: Database) -> None:
    made = race(lambda number, start: release(city, "count", seed=number, start=start))

    assert len(made) == 8
    assert len({one.answer["figures"][""]["value"] for one in made}) == 1
    assert spent(city) == Fraction(1, 4)


def test_who_is_killed_before_the_commit_told_nothing_and_spent_nothing(city: Database) -> None:
    def release_and_die() -> None:
        with city.transaction() as tx:
            ledger.release(tx, asked(tx, "count"), ONE, actor="he", now=NOW, zone=SHANGHAI)
            tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StorageError):
        release_and_die()

    assert spent(city) == 0
    release(city, "count", ONE)


def test_a_budget_is_neither_raised_nor_given_back(city: Database) -> None:
    release(city, "count")
    with pytest.raises(ReleaseUnusable, match="never raised"), city.transaction() as tx:
        ledger.set_budget(tx, "citizens", OCTOBER, Fraction(9), actor="he", now=NOW, zone=SHANGHAI)
    for change in (
        "UPDATE privacy_budget SET spent = 0",
        "UPDATE privacy_budget SET allowed = 9",
        "UPDATE privacy_budget SET spent = 2",
        "DELETE FROM privacy_budget",
        "UPDATE privacy_release SET answer = ''",
        "DELETE FROM privacy_release",
    ):
        with pytest.raises(StorageError), city.transaction() as tx:
            tx.execute(change)
    assert spent(city) == Fraction(1, 4)


def test_only_a_month_that_is_over_is_released(city: Database) -> None:
    with city.transaction() as tx:
        ledger.set_budget(tx, "citizens", "2026-11", ONE, actor="he", now=NOW, zone=SHANGHAI)
        question = ask(tx, "reports", "2026-11", "count", by="", rows=1, low=0, high=1)
        with pytest.raises(ReleaseUnusable, match="is not over"):
            ledger.release(tx, question, ONE, actor="he", now=NOW, zone=SHANGHAI)
        with pytest.raises(ReleaseUnusable, match="is not over"):
            ledger.release_small_areas(tx, "reports", "2026-11", k=10, actor="he", now=NOW, zone=SHANGHAI)
        other = ask(tx, "reports", "2026-09", "count", by="", rows=1, low=0, high=1)
        with pytest.raises(ReleaseUnusable, match="cityops sharing budget citizens 2026-09"):
            ledger.release(tx, other, ONE, actor="he", now=NOW, zone=SHANGHAI)


def test_small_areas_are_of_persons_and_a_month_has_one_table(city: Database) -> None:
    with city.transaction() as tx:
        made = ledger.release_small_areas(tx, "reports", OCTOBER, k=10, actor="he", now=NOW, zone=SHANGHAI)
    with city.transaction() as tx:
        again = ledger.release_small_areas(tx, "reports", OCTOBER, k=5, actor="li", now=NOW, zone=SHANGHAI)

    assert again == made
    assert made.answer["total"] == 81
    assert made.answer["districts"] == {"990101": 60, "990102": 21}
    cells = {(cell["area"], cell["hour"]): cell["persons"] for cell in made.answer["cells"] if cell["persons"]}
    assert cells == {("990101001", 0): 60, ("990102001", 0): 21}
    assert spent(city) == 0


def test_each_release_is_in_the_audit_with_nothing_of_any_person(city: Database) -> None:
    release(city, "count")
    with city.transaction() as tx:
        rows = tx.rows("SELECT action, object, detail::text AS detail FROM audit_log ORDER BY audit_id")
    with city.transaction() as tx:
        findings, _ = verify_chain(tx)

    assert [(row["action"], row["object"]) for row in rows] == [
        ("privacy.budget", "citizens 2026-10"),
        ("privacy.release", "reports 2026-10"),
    ]
    assert '"epsilon": "0.25"' in rows[1]["detail"]
    assert findings == []


def test_the_verbs_release_and_tell_what_was_done(
    city: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setattr("cityops.clock.utc_now", lambda: NOW)
    run = CliRunner()

    def sharing(*words: str) -> str:
        done = run.invoke(app, ["sharing", *words])
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    assert "0.5 may be spent" in sharing("budget", "citizens", "2026-09", "--epsilon", "0.5")
    counted = sharing("release", "histogram", "reports", OCTOBER, "--by", "kind", "--epsilon", "0.25")
    assert "help: " in counted
    assert "Epsilon 0.25, the unit is a person" in counted
    assert "990101001 00-01 h: 60" in sharing("small-areas", "reports", OCTOBER)
    told = sharing("released")
    assert "citizens 2026-10: 0.25 of 1 spent" in told
    assert counted in told


@pytest.fixture
def called(city: Database) -> Database:
    """Half of 80 are content (5), half are not (2); the busy one in the west answers 50 times with 1."""
    with city.transaction() as tx:
        for number in range(80):
            solved, points = ("solved", 5) if number % 2 else ("not_solved", 2)
            answered(tx, number, solved=solved, points=points)
        for number in range(80, 130):
            answered(tx, number, solved="explained", points=1)
        answered(tx, 130, points=1)  # in confidence
    return city


def of_calls(database: Database, statistic: str, epsilon: Fraction = QUARTER, **more: object) -> ledger.Release:
    return release(database, statistic, epsilon, **{"data_set": "calls", "low": None, "high": None} | more)  # type: ignore[arg-type]


def test_what_callers_say_is_released(called: Database) -> None:
    solved = of_calls(called, "histogram", by="solved").answer["figures"]
    points = of_calls(called, "histogram", by="satisfaction").answer["figures"]
    mean = of_calls(called, "mean").answer["figures"][""]
    count = of_calls(called, "count").answer["figures"][""]

    assert set(solved) == {"solved", "explained", "not_solved"}
    assert abs(solved["solved"]["value"] - 40) <= 30
    assert solved["explained"]["value"] <= 30  # one person, whose 50 answers count once
    assert set(points) == {"1", "2", "3", "4", "5"}
    assert abs(points["2"]["value"] - 40) <= 30
    assert abs(count["value"] - 81) <= 30
    assert (mean["scale"], 2 <= mean["value"] < 5) == ("40", True)  # 5 points for half of what is spent
    assert spent(called) == 1


def test_two_sets_about_the_same_persons_spend_of_one_budget(called: Database) -> None:
    """Whoever is called back had reported: what both tell of that person adds up."""
    release(called, "count", ONE / 2)
    with pytest.raises(BudgetSpent):
        of_calls(called, "count", ONE * 3 / 4)
    of_calls(called, "count", ONE / 2)
    for spend in (release, of_calls):
        with pytest.raises(BudgetSpent):
            spend(called, "mean", Fraction(1, 1_000_000))

    release(called, "count", ONE)  # which was answered: it costs nothing
    assert spent(called) == 1
    with called.transaction() as tx:
        assert ledger.budgets(tx, "calls") == ledger.budgets(tx, "reports") == ledger.budgets(tx)


def test_of_many_who_spend_on_two_sets_at_once_none_spends_too_much(called: Database) -> None:
    made = race(
        lambda number, start: (release, of_calls)[number % 2](
            called, "count", Fraction(3, 10), rows=number, start=start
        )
    )

    assert len(made) == 3
    assert spent(called) == Fraction(9, 10)


def test_the_last_answer_about_a_report_counts_if_it_was_given_in_the_month(called: Database) -> None:
    with called.transaction() as tx:
        answered(tx, 0, attempt=2, solved="solved", points=4, at=FIRST + timedelta(days=5))
        answered(tx, 1, attempt=2, solved=None, points=None, at=FIRST + timedelta(days=5))  # not reached
        answered(tx, 2, attempt=2, solved="solved", points=4, at=FIRST + timedelta(days=40))  # in November
        question = ask(tx, "calls", OCTOBER, "histogram", by="satisfaction", rows=1, low=None, high=None)
        found = [row.group for row in rows_of(tx, question, SHANGHAI)]
    assert [found.count(points) for points in "12345"] == [50, 39, 0, 1, 40]


def test_small_areas_of_calls_hide_the_few(called: Database) -> None:
    with called.transaction() as tx:
        table = ledger.release_small_areas(tx, "calls", OCTOBER, k=25, actor="he", now=NOW, zone=SHANGHAI).answer
    assert (table["total"], table["districts"]) == (81, {"990101": None, "990102": None})  # 60 would tell 21
    assert all(cell["persons"] is None for cell in table["cells"])


def test_budgets_of_sets_become_one_of_their_persons(database: Database) -> None:
    """Both were let through of the same persons, so what was agreed on and what was spent adds up."""
    with database.transaction() as tx:
        tx.execute("CREATE SCHEMA before")
        tx.execute("SET LOCAL search_path = before")
        tx.execute(
            "CREATE TABLE privacy_budget (data_set text, period text, allowed numeric, spent numeric, set_by text, "
            "set_at timestamptz, CONSTRAINT privacy_budget_pkey PRIMARY KEY (data_set, period))"
        )
        tx.execute(
            "INSERT INTO privacy_budget VALUES ('reports', '2026-09', 10, 10, 'he', now()), "
            "('calls', '2026-09', 10, 9.5, 'he', now()), ('calls', '2026-10', 1, 0.25, 'he', now())"
        )
        for script in scripts("migrations", Profile.PLAIN):
            if script.name.endswith("_population_budget.sql"):
                tx.execute(script.text)
        found = tx.rows("SELECT population, period, allowed, spent FROM privacy_budget ORDER BY period")
        tx.execute("DROP SCHEMA before CASCADE")
    assert [tuple(row.values()) for row in found] == [
        ("citizens", "2026-09", 20, Decimal("19.5")),
        ("citizens", "2026-10", 1, Decimal("0.25")),
    ]


@pytest.mark.parametrize("name", ["reports", "officers", ""])
def test_a_budget_is_of_persons_that_there_are(city: Database, name: str) -> None:
    with pytest.raises(ReleaseUnusable, match="of persons: citizens"), city.transaction() as tx:
        ledger.set_budget(tx, name, "2026-09", ONE, actor="he", now=NOW, zone=SHANGHAI)


@pytest.mark.parametrize(("name", "by"), [("callers", "solved"), ("calls", "kind"), ("reports", "solved")])
def test_a_set_or_group_that_is_none_is_refused(city: Database, name: str, by: str) -> None:
    with pytest.raises(ReleaseUnusable), city.transaction() as tx:
        ask(tx, name, OCTOBER, "histogram", by=by, rows=1, low=None, high=None)
