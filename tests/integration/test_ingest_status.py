"""What an operator asks on the command line: how ingest is, what waits, and to try it again."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.command_line import app
from cityops.storage import Database
from ingest.errors import LetterUnknown
from ingest.messages import Message
from ingest.status import describe, explain_letter, list_letters
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/environment/NM-1/"
META = {"kind": "noise_meter", "name": "噪声 1", "lon": 118.8, "lat": 31.9}


def message(channel: str, payload: object, at: datetime = NOW) -> Message:
    return Message(ROOT + channel, json.dumps(payload).encode(), at)


def telemetry(seconds: float, seq: int, *, behind: float = 0) -> Message:
    at = NOW + timedelta(seconds=seconds)
    time = (at - timedelta(seconds=behind)).isoformat()
    return message("telemetry", {"time": time, "values": {"leq": 50 + seq}, "seq": seq}, at)


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    storekeeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    storekeeper.start(NOW)
    return storekeeper


def test_an_empty_city_is_told_too(database: Database) -> None:
    with database.transaction() as tx:
        lines = describe(tx, NOW)
        letters = list_letters(tx)
    assert lines[:2] == ["last reading    never", "readings        0 received = 0 stored + 0 duplicate"]
    assert letters == ["No dead letter waits."]


def test_the_status_names_who_needs_a_look(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("meta", META), Message(ROOT + "status", b"online", NOW)], NOW)
    for seq in (1, 2, 5):
        keeper.store([telemetry(seq, seq, behind=95)], NOW + timedelta(seconds=seq))
    keeper.store([message("telemetry", {}), Message("elsewhere", b"", NOW)], NOW)

    with database.transaction() as tx:
        lines = describe(tx, NOW + timedelta(seconds=306))
    assert lines == [
        "last reading    301 s ago",
        "readings        3 received = 3 stored + 0 duplicate",
        "reports         2 missing, 0 re-sent, 0 counters set anew",
        "dead letters    2",
        "sensors         1: 1 contradictory",
        "missing         NM-1: 2",
        "dead_lettered   (not registered): 1",
        "dead_lettered   NM-1: 1",
        "clock           NM-1: 95 s behind",
        "contradictory   NM-1: silent_while_online since 2026-03-01 12:00:05 UTC",
    ]


def test_letters_are_listed_and_one_is_shown_whole(keeper: BatchWriter, database: Database) -> None:
    keeper.store([telemetry(0, 1), Message(ROOT + "status", b"\xffmaybe", NOW)], NOW)

    with database.transaction() as tx:
        assert [line.split(",")[0] for line in list_letters(tx)] == ["1 × payload", "1 × topic.sensor"]
        assert explain_letter(tx, 1)[-1] == "payload   \\xffmaybe"
        with pytest.raises(LetterUnknown, match="99"):
            explain_letter(tx, 99)


def test_the_verbs_work_beside_plain_ingest(keeper: BatchWriter, database_url: str) -> None:
    keeper.store([telemetry(0, 1)], NOW)
    keeper.store([message("meta", META | {"kind": "toaster"})], NOW)
    environment = {"CITYOPS_DATABASE_URL": database_url}

    def said(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["ingest", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    assert "dead letters    2" in said("status")
    assert "publish its meta first" in said("replay-dead-letters", "--list")
    assert "toaster" in said("replay-dead-letters", "--explain", "2")
    assert "1 letters replayed: 0 readings stored, 1 letters refused again." in said(
        "replay-dead-letters", "--field", "kind"
    )
    assert "--share" in said("--help")
