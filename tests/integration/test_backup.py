"""A backup holds everything, and comes back only into an empty database."""

import io
import itertools
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from typer.testing import CliRunner

from cityops.areas import Area, AreaLevel
from cityops.command_line import app
from cityops.devices.sensors import Sensor
from cityops.operations.backup import BackupFailed, RestoreFailed, RestoreRefused, back_up, back_up_to, restore
from cityops.storage import Database, DatabaseUnavailable, StorageError, audit
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.migrate import pending

NOW = datetime(2026, 7, 30, 4, 0, tzinfo=UTC)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
HISTORY = """
    SELECT sensor.name, area.name AS area, metric, time, value, quality
    FROM reading JOIN series USING (series_id) JOIN sensor USING (sensor_id) JOIN area ON area.code = area_code
    ORDER BY time, series_id
"""
AUDIT = "SELECT * FROM audit_log ORDER BY audit_id"
_numbers = itertools.count(1)

on_plain = pytest.mark.skipif(
    "CITYOPS_TEST_TIMESCALE_URL" in os.environ, reason="stands in for TimescaleDB, which this server has"
)


def quietly(_: str) -> None:
    """Report to nobody."""


@pytest.fixture
def fresh_url(postgres_url: str) -> Iterator[str]:
    """An empty database: nothing has been migrated."""
    name = f"cityops_restored_{os.getpid()}_{next(_numbers)}"
    administer(postgres_url, f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}"))
    administer(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def filled_url(database: Database, database_url: str) -> str:
    """A database with an area, a sensor, readings of three days and an audit row."""
    days = [NOW.replace(day=day).date() for day in (28, 29, 30)]
    with database.transaction() as tx:
        store_areas(tx, [Area("310000", "上海市", AreaLevel.CITY)])
        register_sensor(tx, Sensor("aq-1", "310000", "environment", "air_station", "人民广场", 121.475, 31.23), NOW)
        series = series_ids(tx, [("aq-1", "pm25"), ("aq-1", "pm10")])
        tx.execute("SELECT ensure_reading_days(%(days)s::date[])", days=days)
        tx.execute(
            "INSERT INTO reading SELECT moment, id, 20 + id, 1 FROM unnest(%(ids)s) AS id,"
            " generate_series(%(now)s - interval '30 hours', %(now)s, interval '1 hour') AS moment",
            ids=list(series.values()),
            now=NOW,
        )
        audit.record(tx, "officer", "login", "officer", at=NOW, origin="192.0.2.1", detail={"语言": "zh"})
    return database_url


def administer(url: str, statement: str) -> None:
    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def ask(url: str, statement: str) -> list[dict[str, Any]]:
    database = Database(url, application="test")
    try:
        with database.transaction() as tx:
            return tx.rows(statement)
    finally:
        database.close()


def change(url: str, statement: str) -> None:
    database = Database(url, application="test")
    try:
        with database.transaction() as tx:
            tx.execute(statement)
    finally:
        database.close()


def counts(url: str) -> dict[str, int]:
    """Return how many rows each table has; a backup's own heartbeat is written after it and is not in it."""
    tables = [row["tablename"] for row in ask(url, TABLES) if row["tablename"] != "heartbeat"]
    return {table: ask(url, f'SELECT count(*) AS rows FROM "{table}"')[0]["rows"] for table in tables}


def test_everything_comes_back(filled_url: str, fresh_url: str, tmp_path: Path) -> None:
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert counts(filled_url) == counts(fresh_url)
    assert ask(filled_url, HISTORY) == ask(fresh_url, HISTORY)
    assert ask(filled_url, AUDIT) == ask(fresh_url, AUDIT)
    assert len(ask(fresh_url, HISTORY)) == 62
    assert counts(fresh_url)["audit_log"] == 1
    assert pending(Database(fresh_url, application="test", keep=0)) == []


def test_counts_of_statements_stay_where_they_were_counted(filled_url: str, fresh_url: str, tmp_path: Path) -> None:
    """Who is no superuser could not restore their extension."""
    change(filled_url, "CREATE EXTENSION pg_stat_statements")
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert ask(fresh_url, "SELECT extname FROM pg_extension WHERE extname = 'pg_stat_statements'") == []


def test_the_restored_audit_log_goes_on_and_is_still_append_only(
    filled_url: str, fresh_url: str, tmp_path: Path
) -> None:
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    restore(fresh_url, tmp_path / "city.dump", report=quietly)
    before = len(ask(fresh_url, AUDIT))
    database = Database(fresh_url, application="test")
    with database.transaction() as tx:
        audit.record(tx, "officer", "logout", "officer", at=NOW)
    database.close()

    assert len(ask(fresh_url, AUDIT)) == before + 1
    with pytest.raises(StorageError, match="append-only"):
        change(fresh_url, "DELETE FROM audit_log")


def test_a_database_that_is_not_empty_is_refused_and_left_alone(
    filled_url: str, fresh_url: str, tmp_path: Path
) -> None:
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    change(fresh_url, "CREATE TABLE precious (n int)")
    with pytest.raises(RestoreRefused, match="not empty"):
        restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert counts(fresh_url) == {"precious": 0}


def test_only_its_owner_can_read_a_backup(filled_url: str, tmp_path: Path) -> None:
    back_up(filled_url, tmp_path / "city.dump", report=quietly)

    assert stat.S_IMODE((tmp_path / "city.dump").stat().st_mode) == 0o600
    assert [tmp_path / "city.dump"] == list(tmp_path.iterdir())


def test_a_backup_is_never_overwritten(filled_url: str, tmp_path: Path) -> None:
    (tmp_path / "city.dump").write_text("yesterday")
    with pytest.raises(BackupFailed, match="exists"):
        back_up(filled_url, tmp_path / "city.dump", report=quietly)

    assert (tmp_path / "city.dump").read_text() == "yesterday"


def test_a_backup_of_a_database_that_is_down_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match=r"pg_dump: .*Connection refused|pg_dump: .*running"):
        back_up("postgresql://nobody@127.0.0.1:1/none", tmp_path / "city.dump", report=quietly)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_refused(filled_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="cannot be written"):
        back_up(filled_url, tmp_path / "nowhere" / "city.dump", report=quietly)


def test_a_backup_goes_through_a_pipe_too(filled_url: str, fresh_url: str, tmp_path: Path) -> None:
    with (tmp_path / "city.dump").open("wb") as stream:
        back_up_to(filled_url, stream)
    restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert ask(filled_url, HISTORY) == ask(fresh_url, HISTORY)


def test_a_pipe_from_a_database_that_is_down_fails() -> None:
    with pytest.raises(BackupFailed, match="pg_dump: "):
        back_up_to("postgresql://nobody@127.0.0.1:1/none", io.BytesIO())


@pytest.mark.parametrize(("content", "reason"), [(b"not a dump", "is no backup"), (None, "does not exist")])
def test_what_is_no_backup_is_refused(fresh_url: str, tmp_path: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        (tmp_path / "city.dump").write_bytes(content)
    with pytest.raises(RestoreRefused, match=reason):
        restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert counts(fresh_url) == {}


@pytest.mark.parametrize("way", ["file", "pipe"])
def test_a_backup_cut_short_fails_and_says_so(filled_url: str, fresh_url: str, tmp_path: Path, way: str) -> None:
    if way == "file":
        back_up(filled_url, tmp_path / "city.dump", report=quietly)
    else:
        with (tmp_path / "city.dump").open("wb") as stream:
            back_up_to(filled_url, stream)
    (tmp_path / "city.dump").write_bytes((tmp_path / "city.dump").read_bytes()[:-1])
    with pytest.raises(RestoreFailed, match="Drop it, make it anew, and restore again"):
        restore(fresh_url, tmp_path / "city.dump", report=quietly)


def test_a_server_that_is_down_is_named(filled_url: str, tmp_path: Path) -> None:
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    with pytest.raises(DatabaseUnavailable):
        restore("postgresql://nobody@127.0.0.1:1/none", tmp_path / "city.dump", report=quietly)


def test_the_password_stands_in_no_process_list(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cityops.operations.backup._tool", lambda name: spy(tmp_path, name))
    parts = urlsplit(filled_url)
    password = parts.password or "needed-by-nobody"  # a server that trusts everybody takes any
    url = urlunsplit(parts._replace(netloc=f"{parts.username}:{password}@{parts.hostname}:{parts.port}"))
    back_up(url, tmp_path / "city.dump", report=quietly)

    assert (tmp_path / "password").read_text().strip() == password
    assert password not in (tmp_path / "arguments").read_text()


def spy(folder: Path, name: str) -> str:
    """A tool that writes down its arguments and its password, and does nothing."""
    script = folder / name
    script.write_text(f'#!/bin/sh\necho "$@" >"{folder}/arguments"\necho "$PGPASSWORD" >"{folder}/password"\n')
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def with_timescaledb(fresh_url: str, filled_url: str, tmp_path: Path) -> None:
    """An extension of that name, in both databases' reach, which only notes how it is called."""
    folder = tmp_path / "share" / "extension"
    folder.mkdir(parents=True)
    (folder / "timescaledb.control").write_text("default_version = '1'\nrelocatable = true\n")
    note = "INSERT INTO restore_step SELECT {step}, count(*) FROM pg_tables WHERE tablename = ''reading''"
    functions = [
        f"CREATE FUNCTION timescaledb_{step}() RETURNS void LANGUAGE plpgsql AS "
        + "'BEGIN "
        + note.format(step=f"''{step}''")
        + "; END';\n"
        for step in ("pre_restore", "post_restore")
    ]
    table = "CREATE TABLE restore_step (step text, tables int);\n"
    (folder / "timescaledb--1.sql").write_text(table + "".join(functions))
    for url in (fresh_url, filled_url):
        name = urlsplit(url).path.lstrip("/")
        administer(url, f"ALTER DATABASE \"{name}\" SET extension_control_path = '{tmp_path}/share'")


@on_plain
@pytest.mark.usefixtures("with_timescaledb")
def test_timescaledb_is_told_before_and_after(filled_url: str, fresh_url: str, tmp_path: Path) -> None:
    change(filled_url, "CREATE EXTENSION timescaledb")
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert ask(fresh_url, "SELECT * FROM restore_step") == [
        {"step": "pre_restore", "tables": 0},
        {"step": "post_restore", "tables": 1},
    ]
    assert ask(filled_url, HISTORY) == ask(fresh_url, HISTORY)


@on_plain
@pytest.mark.usefixtures("with_timescaledb")
def test_timescaledb_is_taken_out_of_its_mode_when_the_restore_fails(
    filled_url: str, fresh_url: str, tmp_path: Path
) -> None:
    change(filled_url, "CREATE EXTENSION timescaledb")
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    whole = (tmp_path / "city.dump").read_bytes()
    (tmp_path / "city.dump").write_bytes(whole[: len(whole) - 2000])
    with pytest.raises(RestoreFailed):
        restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert [row["step"] for row in ask(fresh_url, "SELECT * FROM restore_step")] == ["pre_restore", "post_restore"]


@on_plain
@pytest.mark.usefixtures("with_timescaledb")
def test_a_plain_backup_is_refused_by_a_server_with_timescaledb(
    filled_url: str, fresh_url: str, tmp_path: Path
) -> None:
    back_up(filled_url, tmp_path / "city.dump", report=quietly)
    with pytest.raises(RestoreRefused, match="profile plain, and this one is timescale"):
        restore(fresh_url, tmp_path / "city.dump", report=quietly)

    assert counts(fresh_url) == {}


def test_the_verbs_back_up_and_restore(
    filled_url: str, fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "city.dump")
    monkeypatch.setenv("CITYOPS_DATABASE_URL", filled_url)
    saved = CliRunner().invoke(app, ["db", "backup", file])
    monkeypatch.setenv("CITYOPS_DATABASE_URL", fresh_url)
    brought_back = CliRunner().invoke(app, ["db", "restore", file])

    assert (saved.exit_code, brought_back.exit_code) == (0, 0)
    assert counts(filled_url) == counts(fresh_url)
