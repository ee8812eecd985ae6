"""Bad days of the database: each ends in one sentence that says what to do, and goes on when it is over."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from cityops.catalogue import Catalogue
from cityops.embedded import ports
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.readings import Quality
from cityops.storage import (
    Database,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseTooOld,
    DatabaseUnavailable,
    SchemaMissing,
    StorageError,
    migrate,
)
from cityops.storage import (
    database as module,
)
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.storage_samples import DAY, make_city


def write(database: Database) -> None:
    with database.transaction() as tx:
        write_readings(tx, [ReadingRow(DAY, 1, 1.0, Quality.GOOD)], DAY)


def assert_one_sentence(error: StorageError, *, retryable: bool, advice: str) -> None:
    assert "\n" not in str(error)
    assert advice in str(error)
    assert error.retryable is retryable


def test_a_database_that_is_down() -> None:
    database = Database(f"postgresql://nobody:secret@127.0.0.1:{ports.free_port()}/city", application="test")
    with pytest.raises(DatabaseUnavailable) as caught:
        write(database)

    assert_one_sentence(caught.value, retryable=True, advice="Start it, or correct CITYOPS_DATABASE_URL.")
    assert "secret" not in str(caught.value)


def test_a_wrong_password_is_not_shown(database_url: str) -> None:
    parts = urlsplit(database_url)
    # Nobody's name: a server that trusts everybody asks for no password.
    wrong = urlunsplit(parts._replace(netloc=f"cityops_nobody:wrong-one@{parts.hostname}:{parts.port}"))
    with pytest.raises(DatabaseUnavailable) as caught:
        write(Database(wrong, application="test"))

    assert_one_sentence(caught.value, retryable=True, advice="correct CITYOPS_DATABASE_URL")
    assert "wrong-one" not in str(caught.value)


def test_a_connection_cut_in_a_transaction_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable) as caught, database.transaction() as tx:
        tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert_one_sentence(caught.value, retryable=True, advice="Start it")
    with database.transaction() as tx:
        assert tx.value("SELECT 1") == 1


def test_a_server_that_crashed_and_came_back(tmp_path: Path, catalogue: Catalogue) -> None:
    """The pooled connection is dead; it is thrown away, not handed out. What was committed is there."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    try:
        database = Database(server.url, application="test")
        migrate.migrate(database, catalogue, report=lambda _: None)
        with database.transaction() as tx:
            make_city(tx)
        write(database)
        server.stop(immediately=True)
        with pytest.raises(DatabaseUnavailable):
            write(database)
        server.start()
        with database.transaction() as tx:
            assert tx.value("SELECT count(*) FROM reading") == 1
    finally:
        server.stop()


def test_a_read_only_database(database: Database, database_url: str) -> None:
    _set(database_url, "default_transaction_read_only = on")
    with pytest.raises(DatabaseReadOnly) as caught:
        write(database)

    assert_one_sentence(caught.value, retryable=True, advice="Point CITYOPS_DATABASE_URL at the primary")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full, a disk that is always full, is Linux's")
def test_a_full_disk(database: Database) -> None:
    """The server itself writes to a device that has no space left."""
    with pytest.raises(DatabaseFull) as caught, database.transaction() as tx:
        tx.execute("COPY (SELECT repeat('x', 10000) FROM generate_series(1, 100)) TO '/dev/full'")

    assert_one_sentence(caught.value, retryable=True, advice="Free space or enlarge it")


def test_a_server_that_is_too_old(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OLDEST_SERVER", 99_00_00)
    with pytest.raises(DatabaseTooOld) as caught:
        write(Database(database_url, application="test"))

    assert_one_sentence(caught.value, retryable=False, advice="Upgrade it.")


def test_a_timescaledb_that_is_too_old(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_migrations_done", lambda tx: {})
    monkeypatch.setattr(migrate, "SQL", {**migrate.SQL, "timescale_too_old": "SELECT '2.11.0'"})
    with pytest.raises(DatabaseTooOld, match=r"TimescaleDB is version 2.11.0"):
        migrate.migrate(database, catalogue, report=lambda _: None)


def test_a_schema_from_before_this_release(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("DROP FUNCTION ensure_reading_days")
    with pytest.raises(SchemaMissing) as caught:
        write(database)

    assert_one_sentence(caught.value, retryable=False, advice="Run `cityops db migrate`.")


def _set(url: str, setting: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{urlsplit(url).path[1:]}" SET {setting}')
    connection.close()
