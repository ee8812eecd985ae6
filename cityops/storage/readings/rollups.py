"""The timed work of the store: roll-ups kept up to date, old data forgotten. The same on both profiles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cityops.errors import SettingError
from cityops.settings import Settings
from cityops.storage.database import Database, Transaction
from cityops.storage.errors import ZoneUnknown
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")

SETTLING = timedelta(minutes=1)  # a reading that comes later than this is rolled up by itself, which costs more
STEPS_A_LINE = 10  # of long work; a usual round has two or three


@dataclass(frozen=True, slots=True)
class RetentionAges:
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


def ages_of(settings: Settings) -> RetentionAges:
    """Return the ages that the settings name; 0 days is for ever, and then for all that is made of it too."""
    readings = _days(settings.keep_readings_days)
    minutes = readings and _days(settings.keep_minutes_days)
    hours = minutes and _days(settings.keep_hours_days)
    return RetentionAges(readings, minutes, hours, compress=_days(settings.compress_after_days))


def roll_up(
    database: Database,
    now: datetime,
    *,
    settling: timedelta = SETTLING,
    report: Callable[[str], None] | None = None,
    most: int | None = None,
) -> int:
    """Bring the roll-ups up to a minute (`settling`) ago, late readings included. Return how many steps it took.

    First minutes and hours, a day at a time; then what came late; then the days of the city that are over. Each step
    is a transaction, so a stop in between loses only time; after `most` steps the next call goes on. `report` gets a
    line every ten steps: only the first time over a long past takes so many. Safe to run twice at once. Raises
    TransactionConflict when a writer would have to be kept waiting too long.
    """
    with database.transaction() as tx:
        tx.execute(SQL["freeze_rollups"], until=now - settling)
    steps = 0
    while (most is None or steps < most) and _step(database):
        steps += 1
        if report and steps % STEPS_A_LINE == 0:
            report(_progress(database))
    return steps


def set_zone(tx: Transaction, zone: ZoneInfo) -> bool:
    """Make the days those of a zone. Return False when they are already. Raises ZoneUnknown.

    The answers are right at once; `roll_up` then folds the days of the past again, step by step.
    """
    if zone_of(tx) == zone.key:
        return False
    if not tx.value(SQL["knows_zone"], zone=zone.key):
        raise ZoneUnknown(f"CITYOPS_TIMEZONE={zone.key}: {ZoneUnknown.__doc__}")
    return bool(tx.value(SQL["set_city_zone"], zone=zone.key))


def explain_zone(tx: Transaction, zone: ZoneInfo) -> str | None:
    """Return the sentence that says that the days are not those of the city's zone; None when they are."""
    found = zone_of(tx)
    if found == zone.key:
        return None
    return f"The days of the database are those of {found}, not of {zone.key}. Run `cityops db migrate`."


def zone_of(tx: Transaction) -> str:
    """Return whose days the roll-ups have, as a name of the IANA time zone database."""
    return str(tx.value(SQL["city_zone"]))


def forget(tx: Transaction, ages: RetentionAges, now: datetime) -> bool:
    """Drop the next of what is older than its age, a few days of it. Return False when nothing is left.

    Readings that are not rolled up yet stay. Each call wants a transaction of its own, so that its locks are few.
    """
    kept = {"readings": ages.readings, "minutes": ages.minutes, "hours": ages.hours, "compress": ages.compress}
    return bool(tx.value(SQL["keep_ages"], now=now, **kept))


def compress(database: Database, ages: RetentionAges, now: datetime, *, again: bool = False) -> int:
    """Compress what is old enough, or `again` what readings were added to since. Return how many pieces it was.

    Each piece is a transaction of its own. Nobody who reads waits. Raises TransactionConflict when somebody else holds
    a piece for long.
    """
    pieces = 0
    while ages.compress is not None and _compress_step(database, ages.compress, now, again=again):
        pieces += 1
    return pieces


def _compress_step(database: Database, age: timedelta, now: datetime, *, again: bool) -> bool:
    with database.transaction() as tx:
        return bool(tx.value(SQL["compress_step"], now=now, age=age, again=again))


def _step(database: Database) -> bool:
    with database.transaction() as tx:
        return bool(tx.value(SQL["roll_up_step"]))


def _progress(database: Database) -> str:
    with database.transaction() as tx:
        row = tx.row(SQL["rollup_progress"]) or {}
    if row["watermark"] < row["threshold"]:
        return f"rolled up to {row['watermark']:%Y-%m-%d %H:%M} UTC, on the way to {row['threshold']:%Y-%m-%d %H:%M}"
    if row["late"]:
        return f"rolling up again what came late: {row['late']} hours of series left"
    return f"days rolled up to {row['days']:%Y-%m-%d}, on the way to {row['watermark']:%Y-%m-%d}"


def _days(number: int) -> timedelta | None:
    return timedelta(days=number) if number else None
