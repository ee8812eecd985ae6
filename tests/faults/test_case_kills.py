"""Each process is killed while people act on cases: event and state are never apart, and no act is lost or done twice.

Real programs and a real server: hands that act over HTTP, dashboard, `watch`, one backend of PostgreSQL, all of it.
The long form (`make soak`, or CITYOPS_CASE_ACTS=10000) does 10,000 acts; its figures go to build/case-kills.txt.
"""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from subprocess import Popen, run

import psutil
import pytest

from cases.clock.calendar_files import built_in_calendar
from cases.life.details import Dispatching
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.store.case_store import case_events
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.posts import give_post
from cases.store.proposals import filing_of
from cityops.accounts.roles import Role
from cityops.accounts.tokens import start_session
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.embedded import lifeline, ports
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database, Transaction
from tests.case_samples import check_case, do, report_case
from tests.faults.case_hands import HANDS, STOP, Notes
from tests.faults.drains import LONG
from tests.faults.night import database_processes, send
from tests.programs import wait_for
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

ACTS = int(os.environ.get("CITYOPS_CASE_ACTS", "10000" if LONG else "300"))
KILLS = 50 if ACTS >= 5_000 else 5
LATE = 40  # cases that become overdue around each kill of `watch`, for it to have something to do
REPORT = Path(__file__).parent.parent.parent / "build" / "case-kills.txt"
HOLDERS = (
    people.COLLECTOR, people.CHECKER, people.ACCEPTOR, people.CHIEF, people.CLOSER, people.DISPATCHER,
    CaseActor("gao", Post.WORKER, "water-affairs"), CaseActor("luo", Post.HEAD, "drainage"),
)  # fmt: skip
VICTIMS = ("hands", "dashboard", "watch", "backend", "postgres")


Done = tuple[int, str, str]  # the version that it made, the act, who


@dataclass
class Centre:
    """The programs of an operations centre, each of which is started again at once, and a database that may die."""

    postgres: EmbeddedPostgres
    folder: Path
    commands: dict[str, list[str]]
    shared: int  # the case that all hands write to
    running: dict[str, Popen[bytes]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def start(self, name: str) -> None:
        """Start a program."""
        environment = os.environ | {
            "CITYOPS_DATABASE_URL": self.postgres.url,
            "CITYOPS_COOKIE_SECURE": "false",
            "CITYOPS_DATA_DIR": str(self.folder / "no-data"),
            "PYTHONPATH": str(Path(__file__).parent.parent.parent),
        }
        log = self.folder / f"{name}.log"
        command = [sys.executable, "-m", *self.commands[name]]
        self.running[name] = lifeline.spawn(command, at_parent_death=signal.SIGKILL, log=log, environment=environment)

    def kill(self, victim: str, chance: random.Random) -> None:
        """End something as `kill -9` does, and start it again."""
        self.killed[victim] += 1
        if victim == "backend":  # the server itself ends all its sessions then, and recovers
            backends = [one for one in psutil.Process(self.postgres.pid).children() if is_session(one)]
            chance.choice(backends).kill()
        elif victim == "postgres":
            send(database_processes(self.postgres), signal.SIGKILL)
            self.postgres.stop(immediately=True)
            self.postgres.start()
        else:
            self.running[victim].kill()
            self.running[victim].wait()
            self.start(victim)

    def tend(self) -> None:
        """Start again what ended because its database did; hands never end by themselves."""
        for name, process in self.running.items():
            if process.poll() is not None:
                assert name != "hands", (self.folder / "hands.log").read_text()[-2000:]
                self.start(name)

    def stop(self) -> None:
        """End all programs."""
        for process in self.running.values():
            lifeline.stop(process, patience=8)

    def notes(self) -> list[Notes]:
        """Return what the hands have written."""
        return [Notes.read(self.folder / f"hand-{number}.jsonl") for number in range(HANDS)]

    @property
    def acts(self) -> int:
        """How many acts were answered with success."""
        return sum(len(notes.done) for notes in self.notes())

    def wait_for_acts(self, wanted: int) -> None:
        """Wait until so many acts were done, and keep everything running meanwhile."""

        def tended() -> bool:
            self.tend()
            return self.acts >= wanted

        wait_for(tended, f"{wanted} acts are done; logs in {self.folder}", seconds=600)

    def end_acts(self) -> dict[int, list[Done]]:
        """Let the hands end what they have begun, and `watch` note all that is late; return the acts of each case."""
        (self.folder / STOP).touch()
        hands = self.running.pop("hands")
        wait_for(lambda: hands.poll() is not None, "the hands have ended", seconds=120)

        def is_noted() -> bool:
            self.tend()
            with self.database() as tx:
                return not tx.value("SELECT count(*) FROM city_case WHERE due_at < now() AND overdue_at IS NULL")

        wait_for(is_noted, "`watch` has noted what is late", seconds=120)
        found: dict[int, list[Done]] = {self.shared: [(1, "report", "he")]}
        for asked, answer in (pair for notes in self.notes() for pair in notes.done):
            said = answer["body"]
            found.setdefault(said["id"], []).append((said["version"], asked["act"], asked["who"]))
        return {case_id: sorted(acts) for case_id, acts in found.items()}

    @contextmanager
    def database(self) -> Iterator[Transaction]:
        """Open a transaction on a connection of its own: those before may have died."""
        database = Database(self.postgres.url, application="test")
        with database.transaction() as tx:
            yield tx
        database.close()

    def verify(self) -> None:
        """Run `cityops audit verify`."""
        environment = os.environ | {"CITYOPS_DATABASE_URL": self.postgres.url}
        command = [sys.executable, "-m", "cityops", "audit", "verify"]
        told = run(command, env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr


@pytest.fixture
def centre(own_postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Centre]:
    database, now, port = Database(own_postgres.url, application="test"), utc_now(), ports.free_port()
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="test", now=now)
        seed_catalogue(tx, actor="test", now=now)
        for holder in HOLDERS:
            store_user(tx, holder.name, role=Role.VIEWER, password="", actor="test", now=now)
            start_session(tx, holder.name, f"token-of-{holder.name}", now=now, origin="test", device="")
            give_post(tx, holder, actor="test", now=now)
        shared = report_case(tx, now=now)
    database.close()
    commands = {
        "dashboard": ["cityops", "dashboard", "--port", str(port)],
        "watch": ["cityops", "watch"],
        "hands": ["tests.faults.case_hands", f"http://127.0.0.1:{port}", str(shared), str(tmp_path)],
    }
    found = Centre(own_postgres, tmp_path, commands, shared)
    try:
        for name in commands:
            found.start(name)
        found.wait_for_acts(1)
        yield found
    finally:
        found.stop()


def is_session(process: psutil.Process) -> bool:
    """Whether a process of the server works for one of the programs."""
    try:
        return " cityops cityops " in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_each_process_is_killed_while_people_act(centre: Centre) -> None:
    chance, late = random.Random(7), list[int]()
    for number in range(KILLS):
        centre.wait_for_acts(number * ACTS // KILLS)
        victim = VICTIMS[number % len(VICTIMS)]
        if victim == "watch":
            late += report_late_cases(centre)
        centre.kill(victim, chance)
    centre.wait_for_acts(ACTS)
    answered = centre.end_acts()

    with centre.database() as tx:
        stored = {row["case_id"]: events(tx, row["case_id"]) for row in tx.rows("SELECT case_id FROM city_case")}
        for case_id in stored:
            check_case(tx, case_id)
    # Each act that was answered is there, once, in its place; and nothing else is.
    assert {case_id: acts for case_id, acts in stored.items() if case_id not in late} == answered
    assert all(acts[3:] == [(4, "overdue", "watch")] for acts in map(stored.__getitem__, late))
    centre.verify()
    note_figures(centre, answered)


def events(tx: Transaction, case_id: int) -> list[Done]:
    return [(event["seq"], event["act"], event["actor"]) for event in case_events(tx, case_id)]


def report_late_cases(centre: Centre) -> list[int]:
    """Cases that were due days ago: `watch` notes it, all of them in one transaction."""
    sent = Dispatching(lead="drainage", calendar="city", calendar_version=1)
    then = utc_now() - timedelta(days=20)
    with centre.database() as tx:
        filed = filing_of(tx, "event/01-10.1", area="990101")
        found = [report_case(tx, now=then) for _ in range(LATE)]
        for case_id in found:
            do(tx, case_id, Act.FILE, people.CHIEF, filed, then)
            do(tx, case_id, Act.DISPATCH, people.DISPATCHER, sent, then)
    return found


def note_figures(centre: Centre, answered: dict[int, list[Done]]) -> None:
    """Write down what was done to whom."""
    notes = centre.notes()
    kills = ", ".join(f"{victim} {count}" for victim, count in centre.killed.items())
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(
        f"{centre.acts:,} acts on {len(answered):,} cases; killed: {kills}\n"
        f"{sum(one.tries for one in notes):,} sent again, {sum(one.lost_races for one in notes):,} lost races;"
        " lost 0, done twice 0, apart 0\n"
    )
