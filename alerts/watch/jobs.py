"""Jobs that run beside one another, each in its own thread: one that is slow or fails keeps no other waiting."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from threading import Event, Lock

from cityops.clock import utc_now
from cityops.operations.heartbeats import Beat
from cityops.operations.watchdog import show_progress
from cityops.settings import Settings
from cityops.storage import Database, StorageError
from cityops.storage.operations.job_failures import describe_failure, log_outcomes

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0  # seconds between two tries of a job that fails
PATIENCE = 60.0  # seconds that a round may take longer than it may: an outage of the database is no fault of ours
SIGN_EVERY = 1.0  # seconds between two signs of progress for whoever started this program
TOLERATED = 3  # rounds in a row that may fail for what passes by itself, such as a lock or a restart of the database


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again. `work` gets the present time; None or False: another program is doing it."""

    name: str
    every: float  # seconds between the end of one round and the start of the next
    work: Callable[[datetime], object]
    within: float = 60.0  # seconds that a round may take; then it hangs, and the room is told

    @property
    def due(self) -> float:
        """How many seconds may pass between the ends of two rounds."""
        return self.every + self.within


def jobs_of_rooms(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs that other rooms bring: each an entry point `cityops.jobs`, a function of these two."""
    found = sorted(entry_points(group="cityops.jobs"), key=lambda entry: entry.name)
    return [job for entry in found for job in entry.load()(database, settings)]


class JobHealth:
    """How the jobs of this process do: shared by their threads. The log gets a line when something changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._outcomes: dict[str, str | None] = {}
        self._rounds: dict[str, int] = {}  # that failed, in a row
        self._began: dict[Job, float] = {}  # rounds that are under way (monotonic)
        self._ended: dict[Job, tuple[float, float]] = {}  # when the last round did (monotonic), and until the next

    def outcomes(self) -> dict[str, str | None]:
        """Return why each job fails, None where it does its work; those that another program does are left out."""
        with self._lock:
            return dict(self._outcomes)

    def started(self, jobs: Iterable[Job]) -> None:
        """These jobs are about to begin: from now on the first round of each is waited for."""
        with self._lock:
            self._ended |= {job: (time.monotonic(), job.due) for job in jobs}

    @contextmanager
    def round(self, job: Job) -> Iterator[None]:
        """Know that a round of a job is under way."""
        with self._lock:
            self._began[job] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._began[job]

    def hanging(self) -> list[str]:
        """Return the jobs of which a round takes longer than any round may."""
        with self._lock:
            now = time.monotonic()
            return [job.name for job, began in self._began.items() if now - began > job.within + PATIENCE]

    def beats(self, service: str) -> list[Beat]:
        """Return the sign of life of each job. A round that failed is one: why it did is told in `outcomes`."""
        with self._lock:
            now = time.monotonic()
            return [Beat(f"{service}/{job.name}", due, now - ended) for job, (ended, due) in self._ended.items()]

    def succeeded(self, job: Job) -> None:
        """A round was done."""
        with self._lock:
            self._ended[job] = time.monotonic(), job.due
            recovered = [job.name] if self._outcomes.get(job.name) is not None else []
            self._outcomes[job.name] = None
            self._rounds[job.name] = 0
        log_outcomes({}, [], recovered)

    def failed(self, job: Job, error: Exception) -> float:
        """A round was not done. Return how many seconds to wait before the next: longer each time."""
        passing = isinstance(error, StorageError) and error.retryable
        with self._lock:
            rounds = self._rounds[job.name] = self._rounds.get(job.name, 0) + 1
            pause = job.every if passing else min(job.every * 2 ** min(rounds, 10), max(LONGEST_PAUSE, job.every))
            self._ended[job] = time.monotonic(), pause + job.within
            tolerated = passing and rounds < TOLERATED
            began = [job.name] if self._outcomes.get(job.name) is None and not tolerated else []
            if not tolerated:
                self._outcomes[job.name] = describe_failure(error)
            outcomes = dict(self._outcomes)
        log_outcomes(outcomes, began, [])
        if began and not isinstance(error, StorageError):
            logger.error("a fault of the program", extra={"action": "fail", "job": job.name}, exc_info=error)
        return pause


def run_jobs(jobs: Sequence[Job], stopping: Event, health: JobHealth | None = None) -> None:
    """Run the jobs until `stopping` is set. One that fails is tried again, later each time; the others go on."""
    health = health or JobHealth()
    health.started(jobs)
    with ThreadPoolExecutor(len(jobs), thread_name_prefix="job") as pool:
        runs: list[Future[None]] = [pool.submit(_repeat, job, stopping, health) for job in jobs]
        done = _wait_for_end(runs, health)
        stopping.set()
    for run in done:
        run.result()


def _wait_for_end(runs: Sequence[Future[None]], health: JobHealth) -> set[Future[None]]:
    """Wait until a job or all of them end; meanwhile show progress, as long as no round hangs."""
    while True:
        done, going = wait(runs, timeout=SIGN_EVERY, return_when=FIRST_EXCEPTION)
        if not going or any(run.exception() for run in done):
            return done
        if not health.hanging():
            show_progress()


def _repeat(job: Job, stopping: Event, health: JobHealth) -> None:
    while not stopping.is_set():
        pause = job.every
        try:
            with health.round(job):
                done = job.work(utc_now())
        except Exception as error:  # noqa: BLE001  (whatever it is: reported, never in the way of the other jobs)
            pause = health.failed(job, error)
        else:
            if done is not None and done is not False:
                health.succeeded(job)
        stopping.wait(pause)
