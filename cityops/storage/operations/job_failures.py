"""Which of the timed jobs fail at present. A job, or a part of one, that fails is noted here and stops nothing else."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cityops.storage.database import Transaction
from cityops.storage.errors import StorageError
from cityops.storage.queries import load_queries

logger = logging.getLogger(__name__)
SQL = load_queries("cityops.storage")

FORGET_AFTER = timedelta(minutes=15)  # longer than the longest pause between two tries of anything
LONGEST_REASON = 500  # characters

Item = TypeVar("Item")
Outcomes = Mapping[str, str | None]  # of jobs by name: why it failed, or None when it did its work


@dataclass(frozen=True, slots=True)
class JobFailure:
    """A job that failed in its last round. Times are UTC."""

    job: str
    reason: str
    failing_since: datetime
    failed_at: datetime


def job_failures(tx: Transaction) -> list[JobFailure]:
    """Return what fails at present, the longest first."""
    return [JobFailure(**row) for row in tx.rows(SQL["failing_jobs"])]


def note_outcomes(tx: Transaction, outcomes: Outcomes, now: datetime) -> tuple[list[str], list[str]]:
    """Store which of these jobs failed in this round. Return the names that failed anew, and those that recovered."""
    known = {failure.job for failure in job_failures(tx)}
    failed = {job: reason for job, reason in outcomes.items() if reason is not None}
    for job, reason in failed.items():
        tx.execute(SQL["note_job_failure"], job=job, reason=reason, now=now)
    recovered = sorted((outcomes.keys() - failed.keys()) & known)
    if recovered:
        tx.execute(SQL["end_job_failures"], jobs=recovered)
    return sorted(failed.keys() - known), recovered


def forget_old_failures(tx: Transaction, now: datetime) -> None:
    """Forget what nobody has tried for long: its rule was removed, or no program does it any more."""
    tx.execute(SQL["forget_job_failures"], before=now - FORGET_AFTER)


def describe_failure(error: Exception) -> str:
    """Return one line that says what failed, for the log and for people."""
    words = str(error) if isinstance(error, StorageError) else f"{type(error).__name__}: {error}"
    return " ".join(words.split())[:LONGEST_REASON]


def log_outcomes(reasons: Outcomes, began: list[str], recovered: list[str]) -> None:
    """Write one line for each job that begins to fail, and one for each that does its work again."""
    for job in began:
        logger.error("a job fails, the others go on", extra={"action": "fail", "job": job, "reason": reasons[job]})
    for job in recovered:
        logger.info("a job that failed does its work again", extra={"action": "recover", "job": job})


class JobParts:
    """The parts of one job's round. Each runs in a savepoint: one that fails is undone and noted, the rest goes on."""

    def __init__(self, tx: Transaction, job: str) -> None:
        self._tx = tx
        self._job = job
        self._outcomes: dict[str, str | None] = {}

    @contextmanager
    def run(self, part: str, item: str = "") -> Iterator[None]:
        """Run one part, or one item of it. When the connection itself is lost, `note` will say so by raising."""
        name = f"{self._job}/{part}"
        self._outcomes.setdefault(name, None)
        try:
            with self._tx.savepoint():
                yield
        except Exception as error:  # noqa: BLE001  (whatever it is: noted, never in the way of the other parts)
            self._outcomes[name] = f"{item}: {describe_failure(error)}" if item else describe_failure(error)

    def run_each(
        self, part: str, items: Iterable[Item], work: Callable[[Item], object], name: Callable[[Item], str]
    ) -> None:
        """Do a part's work for all items together; when that fails, for each alone, so that only the bad are left out.

        `name` says which one it is, such as `alert 17`. The work may run twice: what it changes outside the
        transaction must be right after the second time.
        """
        items = list(items)
        if not items:
            return
        try:
            with self._tx.savepoint():
                for item in items:
                    work(item)
        except Exception:  # noqa: BLE001  (found below, item by item)
            for item in items:
                with self.run(part, name(item)):
                    work(item)

    def note(self, now: datetime) -> None:
        """Store which parts failed. Raises StorageError when the transaction cannot go on."""
        log_outcomes(self._outcomes, *note_outcomes(self._tx, self._outcomes, now))
