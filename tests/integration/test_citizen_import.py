"""Reports of other channels come in from files and messages: whole or not at all, each once, their authors sealed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cases.life.details import CaseType
from citizens.persons.sealing import unseal
from cityops.command_line import app
from cityops.storage import Database
from tests.citizen_samples import CALLS, KEY, LI, PUBLIC_KEY, make_mail, write_calls


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setenv("CITYOPS_REPORTER_PUBLIC_KEY", PUBLIC_KEY)
    return CliRunner()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_read_in_once(run: CliRunner, database: Database, tmp_path: Path, encoding: str) -> None:
    words = ["citizens", "import", str(write_calls(tmp_path, *CALLS, encoding=encoding)), "--from", "12345"]
    rehearsed = run.invoke(app, [*words, "--dry-run"])
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 0
    first, again = run.invoke(app, words), run.invoke(app, words)
    with database.transaction() as tx:
        rows = tx.rows("SELECT * FROM citizen_report ORDER BY reference")
        audit = tx.rows("SELECT object, detail FROM audit_log WHERE action = 'report.import' ORDER BY audit_id")

    for told in (rehearsed, first, again):
        assert told.exit_code == 0, told.output
        assert not any(word in told.output for word in (LI.phone, LI.name, "路灯"))
    assert "dry run" in rehearsed.output
    assert [(row["reference"], row["kind"], row["channel"], row["wants_call"]) for row in rows] == [
        ("A-1", CaseType.COMPLAIN, "import", True),
        ("A-2", CaseType.CONSULT, "import", False),
    ]
    assert rows[0]["received_at"].isoformat() == "2026-06-01T00:05:00+00:00"  # eight hours earlier: it was the city's
    assert unseal(bytes(rows[0]["sealed"]), KEY) == LI
    assert [row["detail"] for row in audit] == [
        {"new": 2, "changed": 0, "unchanged": 0},
        {"new": 0, "changed": 0, "unchanged": 2},
    ]


def test_without_a_key_no_contact_is_taken(run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITYOPS_REPORTER_PUBLIC_KEY")
    told = run.invoke(app, ["citizens", "import", str(write_calls(tmp_path, *CALLS)), "--from", "12345"])

    assert told.exit_code != 0
    assert "CITYOPS_REPORTER_PUBLIC_KEY" in str(told.exception)


def test_a_folder_of_messages_is_read_in_once(run: CliRunner, database: Database, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(make_mail(**{"Message-ID": f"<{number}@mail.example>"}).as_bytes())
    words = ["citizens", "import", *map(str, sorted(tmp_path.glob("*.eml"))), "--from", "mailbox", "--kind", "complain"]
    told = [run.invoke(app, words) for _ in range(2)]
    with database.transaction() as tx:
        rows = tx.rows("SELECT kind, sealed, sender FROM citizen_report")

    assert [one.exit_code for one in told] == [0, 0], told[0].output
    assert [(row["kind"], row["sender"]) for row in rows] == [("complain", "mailbox")] * 3
    assert unseal(bytes(rows[0]["sealed"]), KEY).email == LI.email
    assert LI.email not in told[0].output + told[1].output
