"""The timed jobs. Safe to start twice: in each round, whoever gets the lock does the work."""

from datetime import datetime, timedelta

from cityops.storage import Database, load_queries, rollups
from cityops.storage.heartbeats import beat

SQL = load_queries("alerts")

ROUND = 30.0  # seconds between two rounds
DAYS_AHEAD = 3
DEFAULT_AGES = rollups.Ages()


def do_round(database: Database, now: datetime, *, ages: rollups.Ages = DEFAULT_AGES) -> bool:
    """Do what is due. Return False when another watch is doing it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_this_round"]):
            return False
        days = [(now + timedelta(days=ahead)).date() for ahead in range(DAYS_AHEAD + 1)]
        tx.execute(SQL["make_reading_days"], days=days)
        tx.execute(SQL["forget_expired_sessions"], now=now)
        beat(tx, "watch", now)
    rollups.roll_up(database, now)  # in its own transactions: the first one holds writers up
    with database.transaction() as tx:
        rollups.forget(tx, ages, now)
    return True
