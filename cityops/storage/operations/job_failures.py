"""Which of the timed jobs fail at present. A job, or a part of one, that fails is noted here and stops nothing else."""

import logging
from collections.abc import Mapping
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
