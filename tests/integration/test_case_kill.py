"""Programs that are killed while they act on cases: event and state are never apart, and the chain holds."""

import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from cases.life.states import CaseState
from cityops.storage import Database
from cityops.storage.audit import verify_chain
from tests.case_samples import NOW, check_case, do, report_case, start_city
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
            check_case(tx, row["case_id"])
        events = tx.value("SELECT count(*) FROM case_event")
    with database.transaction() as tx:
        assert verify_chain(tx)[0] == []
    # What was told as done is there; of each writer one more may have been committed and not told any more.
    assert ROUNDS * ACTS <= done <= events <= done + ROUNDS * 2


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
