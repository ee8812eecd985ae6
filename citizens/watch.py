"""The timed jobs of citizens' reports, which `cityops watch` runs: cases take them up, and what is old is forgotten."""

import logging
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from alerts.watch.jobs import Job
from citizens.holding import IntakeHold
from citizens.places import AreaFinder
from citizens.store.articles import seed_articles
from citizens.store.intake import INTAKE, PlaceOutside, hold, load_finder, take_up
from citizens.store.reporters import make_reporters, try_seals_again
from citizens.store.retention import forget
from cityops.errors import CityOpsError
from cityops.settings import Settings
from cityops.storage import BadData, Database, StorageError, Transaction, load_queries

SQL = load_queries("citizens")
logger = logging.getLogger(__name__)
EVERY = 2.0  # seconds
FORGET_EVERY = 3600.0
MOST = 50  # reports of one transaction
MOST_FORGOTTEN = 500
PIECES = 10  # transactions of one round: a round that takes long looks as if it hung


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of citizens' reports."""
    intake = Intake(database, zone=settings.zone, key=settings.find_reporter_key())
    found = [Job("citizens", EVERY, intake.tend)]
    if settings.reporters_age is not None:
        work = partial(forget_reports, database, age=settings.reporters_age)
        found.append(Job("citizens-forget", FORGET_EVERY, work))
    if settings.demo:
        found.append(Job("articles", FORGET_EVERY, partial(bring_articles, database, zone=settings.zone)))
    return found


def bring_articles(database: Database, now: datetime, *, zone: ZoneInfo) -> bool:
    """Give a demo without a knowledge base the articles of the simulated city."""
    with database.transaction() as tx:
        seed_articles(tx, actor=INTAKE.name, now=now, day=now.astimezone(zone).date())
    return True


class Intake:
    """Takes reports up, and puts contacts apart where it has the key; it knows the outlines of the city between rounds.

    Each piece of work is a transaction of its own and asks the database what is left, so it may end anywhere.
    """

    def __init__(self, database: Database, *, zone: ZoneInfo, key: str | None) -> None:
        self._database = database
        self._zone = zone
        self._key = key
        self._is_fresh = True
        self._areas: AreaFinder | None = None
        self._stamp: str | None = None

    def tend(self, now: datetime) -> bool:
        """Do what waits, as much as a round may. False: another program does it."""
        for _ in range(PIECES):
            with self._database.transaction() as tx:
                if not tx.value(SQL["lead_citizens"]):
                    return False
                if self._is_fresh and self._key is not None:
                    try_seals_again(tx)
                found = tx.rows(SQL["reports_to_take_up"], most=MOST)
                if found:
                    areas = self._finder(tx)
                    for row in found:
                        self._take_up(tx, row["report_id"], areas, now)
            self._is_fresh = False
            if max(len(found), self._make_reporters(now)) < MOST:
                break
        return True

    def _make_reporters(self, now: datetime) -> int:
        if self._key is None:
            return 0
        with self._database.transaction() as tx:
            return make_reporters(tx, self._key, now=now, most=MOST)

    def _take_up(self, tx: Transaction, report_id: int, areas: AreaFinder, now: datetime) -> None:
        """Have a case take a report up; what cannot be taken up waits for a person, and keeps no other waiting."""
        try:
            with tx.savepoint():
                take_up(tx, report_id, actor=INTAKE, areas=areas, now=now, zone=self._zone, origin="watch")
        except PlaceOutside:
            hold(tx, report_id, IntakeHold.OUTSIDE)
        except CityOpsError as error:
            if isinstance(error, StorageError) and not isinstance(error, BadData):
                raise  # it passes, or concerns all of them
            logger.warning("a report is held for a person: %s", type(error).__doc__)
            hold(tx, report_id, IntakeHold.REFUSED)

    def _finder(self, tx: Transaction) -> AreaFinder:
        stamp = str(tx.value(SQL["areas_stamp"]))
        if self._areas is None or stamp != self._stamp:
            self._areas, self._stamp = load_finder(tx), stamp
        return self._areas


def forget_reports(database: Database, now: datetime, *, age: timedelta) -> bool:
    """Forget what is older, as much as a round may. False: another program does it."""
    for _ in range(PIECES):
        with database.transaction() as tx:
            if not tx.value(SQL["lead_citizens"]):
                return False
            if forget(tx, now=now, age=age, most=MOST_FORGOTTEN) < MOST_FORGOTTEN:
                break
    return True
