"""The timed jobs of the store. Safe to start twice: in each round, whoever gets the lock does the work."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cityops.accounts import login_limits
from cityops.devices.blocked_file import write_blocked
from cityops.operations.heartbeats import WATCH, Beat, longest_lag
from cityops.storage import Database, StorageError, Transaction, load_queries
from cityops.storage.messages import letter_senders
from cityops.storage.messages.blocks import blocked_sensors
from cityops.storage.operations import heartbeats, idempotency
from cityops.storage.operations.job_failures import Outcomes, forget_old_failures, note_outcomes
from cityops.storage.readings import rollups

SQL = load_queries("alerts")
logger = logging.getLogger(__name__)

Facts = Mapping[str, Any]
NO_FACTS: Facts = {}
ROUND = 30.0  # seconds between two rounds
COMPRESS_AGAIN = 6 * 3600.0
TELL = 2.0  # seconds between two looks at who is blocked
DAYS_AHEAD = 3
LONGEST_LAG = timedelta(minutes=15)  # for which roll-ups wait
STEPS = 200  # transactions of one round: ten thousand old days are caught up with between the live minutes
DEFAULT_AGES = rollups.RetentionAges()


def show_life(
    database: Database,
    beats: Sequence[Beat],
    outcomes: Outcomes,
    now: datetime,
    *,
    facts: Facts = NO_FACTS,
) -> bool:
    """Say that watch runs, when each of its jobs last did, and which of them fail. `facts`: of its machine."""
    with database.transaction() as tx:
        heartbeats.show_life(tx, [Beat(WATCH, facts=facts), *beats])
        heartbeats.forget_gone(tx, WATCH, beats)
        note_outcomes(tx, outcomes, now)
        forget_old_failures(tx, now)
    return True


def say_goodbye(database: Database) -> None:
    """Say that watch was told to stop."""
    try:
        with database.transaction() as tx:
            heartbeats.note_stop(tx, WATCH)
    except StorageError as error:
        logger.warning("left without a word", extra={"action": "finish", "reason": str(error)})


def make_days(database: Database, now: datetime) -> bool:
    """Make room for the readings of the coming days, before midnight needs it. False: another watch is doing it."""
    with _lead(database, "days") as tx:
        if tx is not None:
            tx.execute(SQL["make_reading_days"], days=[(now + timedelta(days=n)).date() for n in range(DAYS_AHEAD + 1)])
    return tx is not None


def forget_sessions(database: Database, now: datetime) -> bool:
    """Forget the logins that are over, failed ones that count no longer, and keys of requests that are too old.

    False: another watch is doing it.
    """
    with _lead(database, "sessions") as tx:
        if tx is not None:
            tx.execute(SQL["forget_expired_sessions"], now=now)
            tx.execute(SQL["forget_login_limits"], before=now - login_limits.FORGET)
            idempotency.forget(tx, now)
    return tx is not None


def roll_up(database: Database, now: datetime) -> bool:
    """Keep the roll-ups up to date, in transactions of their own: the first one holds writers up.

    While ingest lags behind they wait for it, for a while: what it stores after them is rolled up a second time.
    """
    with database.transaction() as tx:
        lag = timedelta(seconds=longest_lag(heartbeats.heartbeats(tx)))
    settling = rollups.SETTLING + min(lag, LONGEST_LAG)
    rollups.roll_up(database, now, settling=settling, report=logger.info, most=STEPS)
    return True


def forget_readings(database: Database, now: datetime, *, ages: rollups.RetentionAges = DEFAULT_AGES) -> bool:
    """Forget what is older than its age, step by step. False: another watch is doing it."""
    for _ in range(STEPS):
        with _lead(database, "retention") as tx:
            if tx is None:
                return False
            if not rollups.forget(tx, ages, now):
                break
    return True


def forget_letters(
    database: Database, now: datetime, *, age: timedelta | None = None, most_bytes: int | None = None
) -> bool:
    """Forget dead letters that are too old or too many, a step a transaction. False: another watch is doing it."""
    while True:
        with _lead(database, "letters") as tx:
            if tx is None:
                return False
            if not letter_senders.forget_letters(tx, age=age, most_bytes=most_bytes, now=now):
                return True


def tell_blocked(database: Database, _now: datetime, *, path: Path) -> bool:
    """Tell the broker's gate who is blocked. Raises BlockedFileFailed."""
    with database.transaction() as tx:
        blocked = blocked_sensors(tx)
    write_blocked(path, blocked)
    return True


def compress_readings(
    database: Database, now: datetime, *, ages: rollups.RetentionAges = DEFAULT_AGES, again: bool = False
) -> bool:
    """Compress what is old, or `again` what readings were added to since; only where the server can."""
    rollups.compress(database, ages, now, again=again)
    return True


@contextmanager
def _lead(database: Database, job: str) -> Iterator[Transaction | None]:
    with database.transaction() as tx:
        yield tx if tx.value(SQL["lead_job"], job=job) else None
