"""The catalogue in the database: imported whole or not at all, and what acts are held against."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from cases.catalogue.catalogue_files import demo_catalogue
from cases.catalogue.catalogue_tables import CATEGORY_COLUMNS, RULE_COLUMNS
from cases.catalogue.categories import CaseCatalogue
from cases.catalogue.edits import with_lead, with_limits
from cases.errors import ActRefused, CatalogueChanged, CategoryUnknown, DepartmentUnknown, PostUnusable
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.store.case_store import find_case
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_change import change_catalogue, plan_change
from cases.store.catalogue.catalogue_versions import (
    catalogue_in_force,
    load_catalogue,
    route_of,
    standards_of,
    store_catalogue,
)
from cases.store.posts import give_post
from cases.store.proposals import dispatching_of, filing_of, proposed_route
from cases.watch import tend_cases
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user
from cityops.areas import Area, AreaLevel
from cityops.command_line import app
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas
from tests.case_samples import NOW, do, report_case, start_city
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI, calendar

FLOOD = "event/05-06.1"
EVENTS = ",".join(CATEGORY_COLUMNS) + "\n"
ROW = "05-06,道路积水,Flooded road,drainage,积水,flooded,排除,drained,{limit},2\n"


@pytest.fixture
def city(database: Database) -> Database:
    """A city with a working calendar and the product's catalogue."""
    start_city(database)
    with database.transaction() as tx:
        store_catalogue(tx, demo_catalogue(), actor="test", now=NOW)
    return database


@pytest.fixture
def run(city: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> "Run":
    """`cityops cases …` on that city."""
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    return Run()


class Run:
    """Verbs, and what they said last."""

    def __call__(self, *words: object) -> int:
        result = CliRunner().invoke(app, ["cases", *map(str, words)])
        self.said = result.output + str(result.exception or "")
        return result.exit_code


def test_what_is_stored_is_what_was_given(city: Database) -> None:
    with city.transaction() as tx:
        assert load_catalogue(tx) == demo_catalogue()
        assert tuple(standards_of(tx, "event/05-01")) == demo_catalogue().categories["event/05-01"].standards
        assert route_of(tx, "event/05-06", "990101", day=NOW.date()).helpers == ("traffic-police",)


def test_watch_gives_an_empty_city_the_products_catalogue_once(database: Database) -> None:
    for _ in range(2):
        assert tend_cases(database, NOW, zone=SHANGHAI)

    with database.transaction() as tx:
        assert load_catalogue(tx) == demo_catalogue()
        assert tx.value("SELECT count(*) FROM case_catalogue") == 1


# ---- what acts are held against


def test_a_case_has_the_limits_of_the_catalogue(city: Database) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)
        said = filing_of(tx, FLOOD, area="990101")
        do(tx, case_id, Act.FILE, people.CHIEF, said)
        do(tx, case_id, Act.DISPATCH, people.DISPATCHER, dispatching_of(tx, find_case(tx, case_id), now=NOW))
        case = find_case(tx, case_id)

    assert (case.category, case.severity) == ("event/05-06", 2)
    assert case.deadline is not None
    assert case.deadline.at == NOW + timedelta(hours=2)
    assert [task.department for task in case.tasks] == ["drainage", "traffic-police"]


def test_nobody_files_with_a_limit_of_their_own(city: Database) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)
        said = filing_of(tx, FLOOD, area="990101", severity=1)
        assert said.severity == 1
        for wrong in (
            replace(said, stages=people.FILING.stages),
            replace(said, stages=(*said.stages, *said.stages)),
            replace(said, category="event/05-05"),
        ):
            with pytest.raises(ActRefused, match="other limits"):
                do(tx, case_id, Act.FILE, people.CHIEF, wrong)
        for strange in ("event/05-06.9", "event/77-06.1", "flood"):
            with pytest.raises(CategoryUnknown):
                do(tx, case_id, Act.FILE, people.CHIEF, replace(said, standard=strange))
        assert find_case(tx, case_id).version == 1


def test_nobody_dispatches_past_the_rules_unsaid(city: Database) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)
        do(tx, case_id, Act.FILE, people.CHIEF, filing_of(tx, FLOOD, area="990101"))
        filed = find_case(tx, case_id)
        routed = dispatching_of(tx, filed, now=NOW)
        assert routed.routed
        with pytest.raises(DepartmentUnknown, match="roads"):
            do(tx, case_id, Act.DISPATCH, people.DISPATCHER, people.TO_ROADS)
        with pytest.raises(ActRefused, match="rules propose"):
            do(tx, case_id, Act.DISPATCH, people.DISPATCHER, replace(routed, helpers=()))
        import_calendar(tx, calendar(), actor="test", now=NOW)
        with pytest.raises(ActRefused, match="another calendar"):
            do(tx, case_id, Act.DISPATCH, people.DISPATCHER, routed)
        other = dispatching_of(tx, filed, now=NOW, lead="parks")
        assert not other.routed
        assert do(tx, case_id, Act.DISPATCH, people.DISPATCHER, other).lead is not None


def test_a_department_with_a_calendar_of_its_own_is_counted_by_it(city: Database) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)
        do(tx, case_id, Act.FILE, people.CHIEF, filing_of(tx, FLOOD, area="990101"))
        import_calendar(tx, calendar().derive("drainage"), actor="test", now=NOW)
        said = dispatching_of(tx, find_case(tx, case_id), now=NOW)

    assert (said.calendar, said.calendar_version) == ("drainage", 1)


def test_a_department_of_a_post_is_one_of_the_catalogue(city: Database) -> None:
    with city.transaction() as tx:
        add_user(tx, "luo", role=Role.OFFICER, password="Correct-horse-1", actor="test", now=NOW)
        with pytest.raises(PostUnusable, match="no department 'roads'"):
            give_post(tx, people.HEAD, actor="test", now=NOW)
        give_post(tx, CaseActor("luo", Post.HEAD, "drainage"), actor="test", now=NOW)


# ---- import


def test_a_dry_run_tells_every_mistake_and_stores_nothing(city: Database, run: Run, tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    events.write_text(EVENTS + ROW.format(limit="soon") + ROW.format(limit="2u").replace("drainage", "nobody"))

    for options in ([], ["--dry-run"]):
        assert run("import-catalogue", events, *options) == 1
        assert "row 1 (05-06), column limit" in run.said
        assert "row 2 (05-06), column department" in run.said
    with city.transaction() as tx:
        assert catalogue_in_force(tx) == 1


def test_an_import_says_what_it_changes_and_open_cases_keep_their_limit(
    city: Database, run: Run, tmp_path: Path
) -> None:
    events = tmp_path / "events.csv"
    events.write_text(EVENTS + ROW.format(limit="8u"))
    with city.transaction() as tx:
        case_id = report_case(tx)
        do(tx, case_id, Act.FILE, people.CHIEF, filing_of(tx, FLOOD, area="990101"))

    for options, version in ((["--dry-run"], 1), ([], 2)):
        assert run("import-catalogue", events, *options) == 0, run.said
        assert "event/05-06 道路积水" in run.said
        assert "no longer in it; open cases keep what they have" in run.said
        with city.transaction() as tx:
            assert catalogue_in_force(tx) == version

    with city.transaction() as tx:
        do(tx, case_id, Act.DISPATCH, people.DISPATCHER, dispatching_of(tx, find_case(tx, case_id), now=NOW))
        deadline = find_case(tx, case_id).deadline
        assert deadline is not None
        assert deadline.at == NOW + timedelta(hours=2)
        assert filing_of(tx, FLOOD, area="990101").stages[0].value == 8
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'case.catalogue'") == 2


def test_changed_rules_are_tried_on_past_cases(city: Database, run: Run, tmp_path: Path) -> None:
    rules = tmp_path / "responsibilities.csv"
    rules.write_text(",".join(RULE_COLUMNS) + "\nevent/05-06,9901,,lead,parks,0,,,test\n")
    with city.transaction() as tx:
        for area in ("990101", "990201"):
            case_id = report_case(tx, area=area)
            do(tx, case_id, Act.FILE, people.CHIEF, filing_of(tx, FLOOD, area=area))
            filed = find_case(tx, case_id)
            assert proposed_route(tx, filed, now=NOW).is_clear
            do(tx, case_id, Act.DISPATCH, people.DISPATCHER, dispatching_of(tx, filed, now=NOW))
        tx.execute("UPDATE city_case SET dispatched_at = now()")

    assert run("import-catalogue", rules, "--dry-run") == 0
    assert "case 1: drainage -> parks" in run.said
    assert "rule event/05-06 in 9901: lead parks" in run.said
    assert "case 2" in run.said  # its helpers are gone


# ---- coverage


def test_coverage_lists_what_leads_to_no_one_department(city: Database, run: Run, tmp_path: Path) -> None:
    assert run("coverage") == 1
    assert "cityops city import" in run.said
    with city.transaction() as tx:
        store_areas(
            tx,
            [Area("99", "市", AreaLevel.CITY)]
            + [Area(code, "区", AreaLevel.DISTRICT, parent="99") for code in ("9901", "9902")],
        )
    assert run("coverage") == 0
    assert "113 categories in 2 areas" in run.said
    rules = tmp_path / "responsibilities.csv"
    two = "event/05-06,9901,,lead,parks,0,,,test\nevent/05-06,9901,,lead,market,0,,,test\n"
    rules.write_text(",".join(RULE_COLUMNS) + "\n" + two)
    assert run("import-catalogue", rules) == 0

    assert run("coverage") == 1
    assert "event/05-06 in 9901: market or parks" in run.said
    assert "1 of 226" in run.said


def test_coverage_without_a_catalogue_says_what_to_do(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)

    assert "import-catalogue" in str(CliRunner().invoke(app, ["cases", "coverage"]).exception)


# ---- changes


def test_who_names_a_version_that_is_past_is_told_who_stored_the_next(city: Database) -> None:
    def with_parks(known: CaseCatalogue) -> CaseCatalogue:
        return with_lead(known, "event/05-06", "parks")

    with city.transaction() as tx:
        done = change_catalogue(tx, with_parks, actor="an", now=NOW, zone=SHANGHAI, seen=1)
        assert (done.version, catalogue_in_force(tx)) == (1, 2)
        for act in (plan_change, partial(change_catalogue, actor="wu")):
            with pytest.raises(CatalogueChanged, match=r"an stored version 2 .* version 1") as changed:
                act(tx, with_parks, now=NOW, zone=SHANGHAI, seen=1)
            assert (changed.value.winner, changed.value.seen, changed.value.version) == ("an", 1, 2)
        same = change_catalogue(tx, with_parks, actor="an", now=NOW, zone=SHANGHAI, seen=2)
        assert same.differences == ()
        assert catalogue_in_force(tx) == 2
        old, new = load_catalogue(tx, 1), load_catalogue(tx, 2)
    assert old == demo_catalogue()
    assert new is not None
    assert new.categories["event/05-06"].department == "parks"


def test_two_changes_at_once_wait_and_one_of_them_is_stored(city: Database, database_url: str) -> None:
    def change(department: str) -> str:
        other = Database(database_url, application="test")
        try:
            with other.transaction() as tx:
                edit = partial(with_lead, key="event/05-06", department=department)
                change_catalogue(tx, edit, actor=department, now=NOW, zone=SHANGHAI, seen=1)
                return "stored"
        except CatalogueChanged as changed:
            return changed.winner
        finally:
            other.close()

    with ThreadPoolExecutor(4) as pool:
        became = sorted(pool.map(change, ("parks", "market", "sanitation", "housing")))
    with city.transaction() as tx:
        row = tx.row("SELECT imported_by FROM case_catalogue WHERE version = 2")
        assert catalogue_in_force(tx) == 2
    assert row is not None
    assert became == sorted(["stored", *[row["imported_by"]] * 3])


def test_limits_are_tried_on_the_cases_of_their_condition(city: Database, run: Run, tmp_path: Path) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx)
        do(tx, case_id, Act.FILE, people.CHIEF, filing_of(tx, FLOOD, area="990101"))
        do(tx, case_id, Act.DISPATCH, people.DISPATCHER, dispatching_of(tx, find_case(tx, case_id), now=NOW))
        edit = partial(with_limits, standard=FLOOD, limits=["1h"], severity="2")
        for hours, late in ((0.5, (0, 0)), (1.5, (0, 1)), (3, (1, 1))):
            now = NOW + timedelta(hours=hours)
            (trial,) = plan_change(tx, edit, now=now, zone=SHANGHAI).limits
            assert (trial.cases, trial.overdue_before, trial.overdue_after) == (1, *late), hours
        assert plan_change(tx, edit, now=NOW + timedelta(days=91), zone=SHANGHAI).limits[0].cases == 0
        tx.execute("UPDATE city_case SET dispatched_at = now() - interval '1 hour'")
    events = tmp_path / "events.csv"
    events.write_text(EVENTS + ROW.format(limit="8u"))

    assert run("import-catalogue", events, "--dry-run") == 0
    assert "event/05-06.1: " in run.said
