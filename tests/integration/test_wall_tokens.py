"""A wall looks with its token until it gets another, or somebody ends it."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from cityops.accounts import tokens
from cityops.accounts.tokens import WallTokenUnknown
from cityops.command_line import app
from cityops.storage import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def opens(database: Database, token: str) -> bool:
    with database.transaction() as tx:
        return tokens.is_wall_token(tx, token)


def test_a_wall_looks_with_its_token_until_it_gets_another(database: Database) -> None:
    with database.transaction() as tx:
        first = tokens.issue_wall_token(tx, "hall", actor="test", now=NOW)
    assert opens(database, first)
    with database.transaction() as tx:
        second = tokens.issue_wall_token(tx, "hall", actor="test", now=NOW)

    assert [opens(database, token) for token in (first, second, "guess")] == [False, True, False]


def test_a_wall_is_listed_and_revoked_by_a_command(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    run = CliRunner().invoke
    tokens = {name: run(app, ["user", "wall-token", name]).output.strip().partition("token=")[2] for name in "ab"}

    assert [line.split()[0] for line in run(app, ["user", "wall-list"]).output.splitlines()] == ["a", "b"]
    assert run(app, ["user", "wall-revoke", "a"]).exit_code == 0
    listed = run(app, ["user", "wall-list"]).output
    assert ["revoked" in line for line in listed.splitlines()] == [True, False]
    assert {name: opens(database, token) for name, token in tokens.items()} == {"a": False, "b": True}
    assert not [token for token in tokens.values() if token in listed]
    for name in ("a", "c"):  # it ended before; it never was
        assert isinstance(run(app, ["user", "wall-revoke", name]).exception, WallTokenUnknown)
    with database.transaction() as tx:
        rows = tx.rows("SELECT action, object FROM audit_log ORDER BY audit_id")
    assert [tuple(row.values()) for row in rows] == [
        ("wall_token.issue", "a"), ("wall_token.issue", "b"), ("wall_token.revoke", "a")
    ]  # fmt: skip
