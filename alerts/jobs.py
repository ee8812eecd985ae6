"""Jobs that run beside one another, each in its own thread: a slow one keeps no other waiting."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from cityops.clock import utc_now
from cityops.storage import StorageError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again; `work` gets the present time."""

    name: str
    every: float  # seconds between the end of one round and the start of the next
    work: Callable[[datetime], object]


def run_jobs(jobs: Sequence[Job], stopping: Event) -> None:
    """Run the jobs until `stopping` is set. A database that is away is waited for; any other error ends all."""
    with ThreadPoolExecutor(len(jobs), thread_name_prefix="job") as pool:
        runs: list[Future[None]] = [pool.submit(_repeat, job, stopping) for job in jobs]
        done, _ = wait(runs, return_when=FIRST_EXCEPTION)
        stopping.set()
    for run in done:
        run.result()


def _repeat(job: Job, stopping: Event) -> None:
    while not stopping.is_set():
        try:
            job.work(utc_now())
        except StorageError as error:
            if not error.retryable:
                raise
            logger.warning("waiting for the database", extra={"action": "retry", "job": job.name, "reason": str(error)})
        stopping.wait(job.every)
