"""`watch` is killed while it warns: what was said is whole, said once, and refers to what was said before."""

import itertools
import multiprocessing
import os
import time
from datetime import timedelta
from pathlib import Path

from capvalidator import check_schema

from cap.messages.message import MsgType
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import verify
from cap.watch import Warnings
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.audit import verify_chain
from tests.alert_samples import NOW
from tests.integration.test_warnings import open_town, settings_of
from tests.warning_samples import certificate

FORK = multiprocessing.get_context("fork")
ROUNDS = 5
EVERY = timedelta(hours=5)  # of the clock of one round: each renews what stands


def warn_for_ever(url: str, folder: Path, begun: int, told: int) -> None:
    """Do one round after the other, five hours apart; write a byte after each."""
    work = Warnings(Database(url, application="killed"), read_settings(settings_of(folder)))
    for number in range(begun, begun + 10_000):
        while not work.tend(NOW + number * EVERY):
            time.sleep(0.01)  # the one that was killed still leads, until the server notices
        os.write(told, b".")


def test_killed_in_the_middle_of_a_chain(database: Database, database_url: str, tmp_path: Path) -> None:
    town = open_town(database, tmp_path)
    town.alert(3)
    town.alert(4, "990101002")
    rounds = 0
    for _ in range(ROUNDS):
        reading, writing = os.pipe()
        process = FORK.Process(target=warn_for_ever, args=(database_url, tmp_path, rounds, writing), daemon=True)
        process.start()
        os.close(writing)
        rounds += len(os.read(reading, 1))
        process.kill()
        process.join()
        rounds += len(b"".join(iter(lambda fd=reading: os.read(fd, 4096), b"")))  # type: ignore[misc]
        os.close(reading)

    rows = town.rows("SELECT content, replaced_at FROM cap_message ORDER BY message_id")
    messages = []
    for row in rows:
        content = bytes(row["content"])
        assert check_schema(content).passed
        messages.append(read_message(verify(parse_xml(content), [certificate()], now=NOW)))
    # Of each process one more round may be stored than it told of.
    assert rounds <= len(messages) <= rounds + ROUNDS
    assert len({one.key for one in messages}) == len(messages)
    assert [one.msg_type for one in messages] == [MsgType.ALERT, *[MsgType.UPDATE] * (len(messages) - 1)]
    for before, after in itertools.pairwise(messages):
        assert before.key in after.references
    assert [row["replaced_at"] is None for row in rows] == [False] * (len(rows) - 1) + [True]
    issued = town.rows("SELECT object FROM audit_log WHERE action = 'warning.issue' ORDER BY audit_id")
    assert [row["object"] for row in issued] == [one.identifier for one in messages]
    with database.transaction() as tx:
        assert verify_chain(tx)[0] == []
