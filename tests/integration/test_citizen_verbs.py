"""The verbs of the citizens' side, as they are typed on the server: what is open, and what is kept."""

import pytest
from typer.testing import CliRunner

from cases.store.catalogue.catalogue_import import seed_catalogue
from citizens.store.inbox import send_report
from cityops.clock import utc_now
from cityops.command_line import app
from cityops.errors import CityOpsError
from cityops.storage import Database
from tests.citizen_samples import PUBLIC_KEY, REPORT


@pytest.fixture
def city(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    with database.transaction() as tx:
        seed_catalogue(tx, actor="test", now=utc_now())
    return database


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["citizens", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def line_of(category: str) -> str:
    (line,) = (line for line in run("services", "list").splitlines() if line.startswith(f"{category} "))
    return line


def test_categories_are_opened_and_closed_together(city: Database) -> None:
    assert " open " in line_of("event/05-06")
    assert "2 of 2" in run("services", "close", "event/05-06", "event/01-13")
    assert "1 of 2" in run("services", "close", "event/05-06", "event/01-10")
    assert "closed" in line_of("event/05-06")
    assert "1 of 1" in run("services", "open", "event/05-06")
    run("services", "personal", "event/05-06")
    assert "personal" in line_of("event/05-06")
    run("services", "plain", "event/05-06")
    assert "personal" not in line_of("event/05-06")
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action LIKE 'service.%'") == 6


def test_of_several_all_are_changed_or_none(city: Database) -> None:
    with pytest.raises(CityOpsError, match="catalogue"):
        run("services", "close", "event/05-06", "event/99-99")
    assert "closed" not in line_of("event/05-06")


def test_a_report_is_kept_until_a_day_of_the_city(city: Database) -> None:
    with city.transaction() as tx:
        sent = send_report(tx, REPORT, public_key=PUBLIC_KEY)
        tx.execute("UPDATE citizen_report SET sealed = NULL")
    day = f"{utc_now().year + 1}-06-30"
    assert day in run("keep", sent.number, "--until", day, "--why", "诉讼 118 号")
    with city.transaction() as tx:
        assert (
            tx.value("SELECT to_char(kept_until AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') FROM reporter")
            == f"{day} 00:00"
        )
