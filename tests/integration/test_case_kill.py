"""Programs that are killed while they act on cases: event and state are never apart, and the chain holds."""

import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from cases.life.states import CaseState
from cases.store import acting
from cases.store.case_store import case_events, find_case
from cityops.storage import Database, Transaction
from cityops.storage.audit import verify_chain
from tests.case_samples import NOW, do, report_case, start_city
from tests.unit.cases import people

ROUNDS = 12
ACTS = 10  # that the one has done when the other is killed, wherever that is then
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Writer:
    """A process that acts for ever, and the pipe in which it writes a byte after each commit."""

    process: BaseProcess
    told: int

    def kill(self) -> int:
        """Kill it at once; return how many acts it had told that nobody has read."""
        self.process.kill()
        self.process.join()
        rest = b"".join(iter(lambda: os.read(self.told, 4096), b""))
        os.close(self.told)
        return len(rest)


def test_killed_in_the_middle_of_many_acts(database: Database, database_url: str) -> None:
    start_city(database)
    done = 0
    for _ in range(ROUNDS):
        first, second = start(database_url), start(database_url)
        done += sum(len(os.read(first.told, 1)) for _ in range(ACTS))
        done += second.kill() + first.kill()

    with database.transaction() as tx:
        for row in tx.rows("SELECT case_id FROM city_case"):
            check(tx, row["case_id"])
        events = tx.value("SELECT count(*) FROM case_event")
    with database.transaction() as tx:
        assert verify_chain(tx)[0] == []
    # What was told as done is there; of each writer one more may have been committed and not told any more.
    assert ROUNDS * ACTS <= done <= events <= done + ROUNDS * 2


def check(tx: Transaction, case_id: int) -> None:
    """The case is what its events have made it, in its row and in its tasks too."""
    case, events = find_case(tx, case_id), case_events(tx, case_id)
    row = tx.row("SELECT version, state FROM city_case WHERE case_id = %(id)s", id=case_id)
    tasks = tx.rows("SELECT state FROM case_task WHERE case_id = %(id)s ORDER BY place", id=case_id)
    assert acting.replay_case(tx, case_id) == case
    assert [event["seq"] for event in events] == list(range(1, case.version + 1))
    assert row == {"version": case.version, "state": events[-1]["to_state"]}
    assert [task["state"] for task in tasks] == [task.state for task in case.tasks]


def start(url: str) -> Writer:
    """Start a writer of its own process and connection."""
    reading, writing = os.pipe()
    process = FORK.Process(target=act_for_ever, args=(url, writing), daemon=True)
    process.start()
    os.close(writing)
    return Writer(process, reading)


def act_for_ever(url: str, told: int) -> None:
    """Take one case after the other to its end, each act in a transaction of its own."""
    database = Database(url, application="writer")
    while True:
        with database.transaction() as tx:
            case_id = report_case(tx)
        os.write(told, b".")
        for act, actor, details in people.PATHS[CaseState.CLOSED][1:]:
            with database.transaction() as tx:
                do(tx, case_id, act, actor, details, NOW)
            os.write(told, b".")
