"""The timed work of the store: roll-ups kept up to date, old data forgotten.

On TimescaleDB the server's own policies do it, and these functions only see that they are there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.errors import SettingError
from cityops.settings import Settings
from cityops.storage.database import Database, Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")

SETTLING = timedelta(minutes=1)  # a reading that comes later than this is rolled up by itself, which costs more


@dataclass(frozen=True, slots=True)
class Ages:
    """How long things are kept; None is for ever. Days (`reading_1d`) are always kept."""

    readings: timedelta | None = timedelta(days=400)
    minutes: timedelta | None = timedelta(days=800)
    hours: timedelta | None = timedelta(days=3650)
    compress: timedelta | None = timedelta(days=14)  # well past the longest outage: late readings stay cheap

    def __post_init__(self) -> None:
        """A level is made from the one below, so it must not be forgotten first."""
        for_ever = timedelta.max
        if not (self.readings or for_ever) <= (self.minutes or for_ever) <= (self.hours or for_ever):
            raise SettingError(
                "CITYOPS_KEEP_READINGS_DAYS, KEEP_MINUTES_DAYS and KEEP_HOURS_DAYS must not fall. Correct them."
            )


def ages_of(settings: Settings) -> Ages:
    """Return the ages that the settings name; 0 days is for ever."""
    return Ages(
        readings=_days(settings.keep_readings_days),
        minutes=_days(settings.keep_minutes_days),
        hours=_days(settings.keep_hours_days),
        compress=_days(settings.compress_after_days),
    )


def roll_up(database: Database, now: datetime) -> int:
    """Bring the roll-ups up to a minute ago, late readings included. Return how many steps it took.

    Each step is a transaction of at most a day's readings, so a stop in between loses only time. Safe to run
    twice at once. Raises TransactionConflict when a writer would have to be kept waiting too long.
    """
    with database.transaction() as tx:
        tx.execute(SQL["freeze_rollups"], until=now - SETTLING)
    steps = 0
    while _step(database):
        steps += 1
    return steps


def forget(tx: Transaction, ages: Ages, now: datetime) -> None:
    """Drop what is older than its age. Readings that are not rolled up yet stay."""
    tx.execute(
        SQL["keep_ages"],
        now=now,
        readings=ages.readings,
        minutes=ages.minutes,
        hours=ages.hours,
        compress=ages.compress,
    )


def _step(database: Database) -> bool:
    with database.transaction() as tx:
        return bool(tx.value(SQL["roll_up_step"]))


def _days(number: int) -> timedelta | None:
    return timedelta(days=number) if number else None
