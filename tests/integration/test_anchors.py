"""Anchors of the audit chain in a file: one a day, and a chain that was redone does not go through them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cityops.command_line import app
from cityops.operations.anchor_file import AnchorFileUnusable, NotedAnchor, add_anchor, read_anchors
from cityops.storage import Database
from cityops.storage.audit import ChainBroken, audit_head, record
from sharing.evidence.anchor_job import tend_anchors

NOW = datetime(2026, 11, 2, 23, 50, tzinfo=UTC)
HOUR = timedelta(hours=1)


def write(database: Database, number: int) -> None:
    with database.transaction() as tx:
        record(tx, "li", "test", str(number), at=NOW)


def redo(database: Database) -> None:
    """Write the whole chain anew after an edit, as the owner of the database could."""
    with database.transaction() as tx:
        tx.execute("SET LOCAL session_replication_role = replica")
        tx.execute("UPDATE audit_log SET actor = 'wang' WHERE audit_id = 1")
        tx.execute("DELETE FROM audit_link")
        tx.execute("UPDATE audit_head SET seq = 0, hash = sha256('CityOps audit chain')")
        tx.execute("SELECT audit_append('audit_log', audit_id) FROM audit_log ORDER BY audit_id")


def test_watch_notes_the_end_of_the_chain_once_a_day(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    write(database, 1)
    assert tend_anchors(database, NOW, path=path)
    write(database, 2)
    assert tend_anchors(database, NOW + HOUR / 10, path=path)  # the same day
    tend_anchors(database, NOW + HOUR, path=path)  # the next one
    tend_anchors(database, NOW + 2 * HOUR, path=path)

    with database.transaction() as tx:
        head = audit_head(tx)
    noted = read_anchors(path)
    assert [(one.at, one.anchor.seq) for one in noted] == [(NOW, 1), (NOW + HOUR, 2)]
    assert noted[-1].anchor == head


def test_of_two_programs_one_notes_it(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        tx.value("SELECT pg_advisory_xact_lock(hashtext('cityops anchors'))")
        assert not tend_anchors(database, NOW, path=tmp_path / "anchors")
    assert not (tmp_path / "anchors").exists()


def test_a_chain_that_was_redone_is_told_by_the_verbs_and_by_the_job(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    path = str(tmp_path / "anchors")
    run = CliRunner()
    for number in range(3):
        write(database, number)
        assert run.invoke(app, ["audit", "anchor", "--to", path]).exit_code == 0
    whole = run.invoke(app, ["audit", "verify", "--anchors", path])
    assert (whole.exit_code, whole.output.splitlines()[1]) == (0, "It goes through all 3 anchors.")

    redo(database)
    alone = run.invoke(app, ["audit", "verify"])
    told = run.invoke(app, ["audit", "verify", "--anchors", path])
    added = run.invoke(app, ["audit", "anchor", "--to", path])

    assert alone.exit_code == 0  # nothing in the database shows it
    assert [line for line in told.output.splitlines() if line.startswith("not at its anchor")] == [
        f"not at its anchor: number {number}" for number in (1, 2, 3)
    ]
    assert (told.exit_code, added.exit_code) == (1, 1)
    assert len(read_anchors(tmp_path / "anchors")) == 3
    with pytest.raises(ChainBroken, match="no longer goes through"):
        tend_anchors(database, datetime.now(UTC) + timedelta(days=2), path=tmp_path / "anchors")


@pytest.mark.parametrize(
    "line", ["x", "2026-11-02T00:00:00Z 1:ab", "2026-11-02T00:00:00 1:" + "a" * 64, "1:" + "a" * 64, "é"]
)
def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "anchors"
    path.write_text(line + "\n", encoding="utf-8")

    with pytest.raises(AnchorFileUnusable, match="It has one line for each"):
        read_anchors(path)


def test_a_folder_that_is_not_there_is_said(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        head = audit_head(tx)
    assert head is not None
    with pytest.raises(AnchorFileUnusable, match="cannot be written"):
        add_anchor(tmp_path / "nowhere" / "anchors", NotedAnchor(NOW, head))
