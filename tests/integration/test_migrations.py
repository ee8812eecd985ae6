"""Migrations run once, under a lock, and are never changed after a release; a fresh schema equals a migrated one."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from cityops.catalogue import Catalogue
from cityops.embedded.postgres import BIN
from cityops.storage import Database, SchemaMissing
from cityops.storage import migrate as module
from cityops.storage.migrate import MigrationChanged, MigrationScript, Profile, migrate, pending, scripts
from cityops.storage.readings.history import data_age
from tests.storage_samples import DAY

FIRST_RELEASE = Path(__file__).parent / "data" / "first_release.plain.sql"
plain_only = pytest.mark.skipif("CITYOPS_TEST_TIMESCALE_URL" in os.environ, reason="about the plain profile")


@contextmanager
def empty_database(postgres_url: str, name: str) -> Iterator[str]:
    """A database without any schema."""
    _administer(postgres_url, f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}"))
    _administer(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    with empty_database(postgres_url, f"cityops_empty_{os.getpid()}") as url:
        yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url, application="test")
    yield database
    database.close()


@plain_only
def test_a_fresh_schema_equals_one_migrated_from_the_first_release(
    empty: Database, empty_url: str, postgres_url: str, catalogue: Catalogue
) -> None:
    """When this fails, the new migration does less or more than the change in the files it comes with.

    Both are migrated here: rights are given to the roles that the server has now, and other tests make such.
    """
    _administer(empty_url, FIRST_RELEASE.read_text(encoding="utf-8"))  # on a session of its own: it empties search_path
    migrate(empty, catalogue, report=lambda _: None)
    with empty_database(postgres_url, f"cityops_fresh_{os.getpid()}") as fresh_url:
        with closing(Database(fresh_url, application="test")) as fresh:
            migrate(fresh, catalogue, report=lambda _: None)

        assert _schema(empty_url) == _schema(fresh_url)
    assert pending(empty) == []


def test_each_migration_runs_once(empty: Database, catalogue: Catalogue) -> None:
    first: list[str] = []
    second: list[str] = []
    names = pending(empty)
    profile = migrate(empty, catalogue, report=first.append)
    migrate(empty, catalogue, report=second.append)

    assert (
        first
        == [f"migrated {name}" for name in names]
        == [f"migrated {script.name}" for script in scripts("migrations", profile)]
    )
    assert second == []


def test_two_at_once_do_the_work_once(empty: Database, catalogue: Catalogue) -> None:
    ran: list[str] = []
    workers = [
        threading.Thread(target=migrate, args=(empty, catalogue), kwargs={"report": ran.append}) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    profile = migrate(empty, catalogue, report=ran.append)  # there is nothing left to do, on whatever server
    assert len(ran) == len(set(ran)) == len(list(scripts("migrations", profile)))


def test_an_edited_migration_is_refused_and_nothing_runs(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(folder: str, profile: Profile) -> Iterator[MigrationScript]:
        for script in scripts(folder, profile):
            changed = script.name == "0001_core.sql"
            yield MigrationScript(script.name, script.text + "-- edited" if changed else script.text)
        if folder == "migrations":
            yield MigrationScript("9999_new.sql", "CREATE TABLE never (made integer)")

    monkeypatch.setattr(module, "scripts", edited)
    with pytest.raises(MigrationChanged, match=r"0001_core.sql differs.*add a new migration"):
        migrate(database, catalogue, report=lambda _: None)
    with database.transaction() as tx:
        assert tx.value("SELECT to_regclass('never')") is None


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(folder: str, profile: Profile) -> Iterator[MigrationScript]:
        yield from scripts(folder, profile)
        if folder == "migrations":
            yield MigrationScript("9999_wrong.sql", "CREATE TABLE half (made integer); SELECT 1 FROM nowhere")

    monkeypatch.setattr(module, "scripts", failing)
    with pytest.raises(SchemaMissing):
        migrate(empty, catalogue, report=lambda _: None)
    with empty.transaction() as tx:
        assert tx.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


def test_a_new_migration_is_pending_until_it_has_run(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def longer(folder: str, profile: Profile) -> Iterator[MigrationScript]:
        yield from scripts(folder, profile)
        if folder == "migrations":
            yield MigrationScript("9999_new.sql", "CREATE TABLE added (made integer)")

    monkeypatch.setattr(module, "scripts", longer)

    assert pending(database) == ["9999_new.sql"]
    migrate(database, catalogue, report=lambda _: None)
    assert pending(database) == []


@plain_only
def test_a_plain_database_stays_plain_when_the_server_learns_timescaledb(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extension may be installed on the server later; the schema there is, is plain."""
    learned = {**module.SQL, "find_profile": "SELECT 'timescale'"}
    monkeypatch.setattr(module, "SQL", learned)

    assert migrate(database, catalogue, report=lambda _: None) == Profile.PLAIN
    assert pending(database) == []


def test_a_database_without_schema_says_what_to_run(empty: Database) -> None:
    with empty.transaction() as tx, pytest.raises(SchemaMissing, match="Run `cityops db migrate`"):
        data_age(tx, DAY)


def _schema(url: str) -> str:
    """Return the schema as pg_dump writes it, without the lines that differ from run to run."""
    command: list[str | Path] = [BIN / "pg_dump", "--schema-only", "--no-owner", url]
    dump = subprocess.run(command, check=True, capture_output=True, text=True)
    return "\n".join(line for line in dump.stdout.splitlines() if not line.startswith(("\\", "--")) and line)


def _administer(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
