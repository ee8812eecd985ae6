"""What the database refuses: whether ingest waits, splits the batch or stops, and that one message stops no other."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database, DatabaseUnavailable, StorageError
from cityops.storage.errors import KINDS, Answer
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/emergency/GAS-1/"
META = b'{"kind": "gas_detector", "name": "gas", "lon": 118.8, "lat": 31.9}'
POISON = 6.5  # the value at which the database refuses a reading
TABLE = Path(__file__).parents[2] / "docs/reference/database-errors.md"
LINES = re.findall(r"^\| `([0-9A-Z]{2,5})` \|.*\| (retry|split|stop) \|", TABLE.read_text("utf-8"), re.MULTILINE)


def telemetry(seconds: int, value: float = 1.0) -> Message:
    time = (NOW - timedelta(seconds=seconds)).isoformat()
    return Message(f"{ROOT}telemetry", json.dumps({"time": time, "values": {"gas_lel": value}}).encode(), NOW)


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    keeper.store([Message(f"{ROOT}meta", META, NOW), telemetry(3600)], NOW)
    return keeper


def raising(state: str) -> str:
    """Return what a trigger does to raise an error with this SQLSTATE, or with any of this class."""
    return f"RAISE EXCEPTION 'refused' USING ERRCODE = '{state.ljust(5, '0')}'"


def refuse(database: Database, act: str, *, when: str = f"NEW.value = {POISON}") -> None:
    """From now on the server acts so when a reading is to be stored for which `when` is true."""
    with database.transaction() as tx:
        tx.execute("DROP TRIGGER IF EXISTS refusing ON reading")
        tx.execute(
            "CREATE OR REPLACE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {when} THEN {act}; END IF; RETURN NEW; END $$"
        )
        tx.execute("CREATE TRIGGER refusing BEFORE INSERT ON reading FOR EACH ROW EXECUTE FUNCTION refusing()")


def stored(database: Database) -> list[float]:
    with database.transaction() as tx:
        return [row["value"] for row in tx.rows("SELECT value FROM reading ORDER BY time")]


def letters(database: Database) -> list[str]:
    with database.transaction() as tx:
        return [row["reason"] for row in tx.rows("SELECT reason FROM dead_letter ORDER BY dead_letter_id")]


# ---- every SQLSTATE, once


def test_the_table_tells_what_the_code_does() -> None:
    told = dict(LINES)
    assert len(told) == len(LINES)
    assert told.keys() >= KINDS.keys()
    known = {state: (KINDS.get(state) or KINDS.get(state[:2]) or StorageError).answer for state in told}
    assert told == known


def test_every_sqlstate_is_answered_as_the_table_says(database: Database, keeper: BatchWriter) -> None:
    for number, (state, answer) in enumerate(LINES, start=1):
        refuse(database, raising(state))
        before, buried = len(stored(database)), len(letters(database))
        batch = [telemetry(10 * number + 2), telemetry(10 * number + 1, POISON), telemetry(10 * number)]
        try:
            keeper.store(batch, NOW)
            done = Answer.SPLIT
        except StorageError as error:
            done = error.answer
        assert (state, done) == (state, answer)
        added = (len(stored(database)) - before, len(letters(database)) - buried)
        assert (state, added) == (state, (2, 1) if answer == Answer.SPLIT else (0, 0))


def test_a_connection_that_cannot_be_made_is_waited_for(keeper: BatchWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_database", Database("postgresql://nobody@127.0.0.1:1/x", application="test"))
    with pytest.raises(DatabaseUnavailable) as caught:
        keeper.store([telemetry(1)], NOW)

    assert caught.value.answer is Answer.RETRY


# ---- who is to blame


def test_the_guilty_one_of_many_is_found_and_all_others_are_stored(database: Database, keeper: BatchWriter) -> None:
    refuse(database, raising("53200"))
    values = [POISON if number == 77 else 1.0 for number in range(200)]

    outcome = keeper.store([telemetry(200 - number, value) for number, value in enumerate(values)], NOW)

    assert (outcome.messages, outcome.stored, outcome.dead) == (200, 199, {"payload": 1})
    assert [POISON in stored(database), len(letters(database))] == [False, 1]
    assert "refused" in letters(database)[0]


@pytest.mark.parametrize("state", ["53200", "57014", "54000", "XX000", "58000"])
def test_a_server_that_takes_nothing_at_all_is_waited_for(database: Database, keeper: BatchWriter, state: str) -> None:
    """Out of memory for everybody: no message is to blame, and none becomes a letter."""
    refuse(database, raising(state), when="true")
    with pytest.raises(StorageError) as caught:
        keeper.store([telemetry(2), telemetry(1)], NOW)

    assert caught.value.answer is Answer.RETRY
    assert "takes not even a single reading" in str(caught.value)
    assert letters(database) == []
    refuse(database, "NULL")
    assert keeper.store([telemetry(2), telemetry(1)], NOW).stored == 2


@contextmanager
def setting(keeper: BatchWriter, url: str, option: str) -> Iterator[None]:
    """Have the keeper's server be stricter with its own connections."""
    usual = keeper._database
    narrow = Database(url, application="test")
    narrow._options += f" -c {option}"
    keeper._database = narrow
    yield
    keeper._database = usual
    narrow.close()


def test_a_message_that_takes_too_long_is_put_aside(database: Database, database_url: str, keeper: BatchWriter) -> None:
    refuse(database, "PERFORM pg_sleep(60)")
    with setting(keeper, database_url, "statement_timeout=500"):
        outcome = keeper.store([telemetry(3), telemetry(2, POISON), telemetry(1)], NOW)

    assert outcome.stored == 2
    assert "statement timeout" in letters(database)[0]


def test_a_topic_too_long_for_its_index_is_a_letter(database: Database, keeper: BatchWriter) -> None:
    """A level of the topic is indexed, and a row of an index has at most 2,704 bytes."""
    topic = f"cityops/990101001001/emergency/{secrets.token_hex(15_000)}/telemetry"

    outcome = keeper.store([telemetry(2), Message(topic, telemetry(1).payload, NOW), telemetry(1)], NOW)

    assert (outcome.stored, outcome.dead) == (2, {"topic.sensor": 1})
    with database.transaction() as tx:
        assert tx.value("SELECT topic FROM dead_letter") == topic[:499] + "…"


def test_a_letter_that_is_refused_itself_is_kept_with_the_beginning_of_its_payload(
    database: Database, keeper: BatchWriter
) -> None:
    refuse(database, raising("22000"))
    with database.transaction() as tx:
        tx.execute("ALTER TABLE dead_letter ADD CHECK (length(payload) < 2000)")
    large = Message(f"{ROOT}telemetry", telemetry(2, POISON).payload + b" " * 5_000, NOW)

    outcome = keeper.store([telemetry(3), large, telemetry(1)], NOW)

    assert outcome.stored == 2
    assert letters(database)[0].endswith(f"Of its {len(large.payload)} bytes the first 1000 are kept.")
