"""The timed jobs of public warnings, which `cityops watch` runs with its own."""

import math
from datetime import datetime

from alerts.watch.jobs import Job
from cap.demo import let_all_out
from cap.errors import IssuerUnusable
from cap.issuer import load_cap_file
from cap.messages.signatures import Signer
from cap.store.issuing import Desk, tend_warnings
from cap.store.standing import SQL, Standing, read_end, read_standing
from cap.topics import WarningTopics
from cityops.settings import Settings
from cityops.storage import Database, Transaction

EVERY = 5.0  # seconds


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of warnings; none where nobody said who issues them (CITYOPS_CAP_FILE)."""
    if settings.cap_file is None:
        return []
    found = [Job("warnings", EVERY, Warnings(database, settings).tend)]
    if settings.mqtt_url is not None:
        topics = WarningTopics(settings.require_mqtt_url(), settings.mqtt_ca_file)
        found.append(Job("warning topics", EVERY, Retained(database, topics, is_demo=settings.demo).keep))
    return found


class Warnings:
    """Says what is to be said. What is wrong with the file or the key fails each round, so the room hears of it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._desk: Desk | None = None

    def tend(self, now: datetime) -> bool:
        """Do one round. False: another program does it. Raises IssuerUnusable and StorageError."""
        desk = self._desk = self._desk or open_desk(self._settings)
        if desk is None:
            return True
        with self._database.transaction() as tx:
            if self._settings.demo:
                let_all_out(tx, now=now)
            return tend_warnings(tx, desk, now)


class Retained:
    """Has the broker keep what stands, each on its topic. Each round looks at all of it, so nothing is remembered."""

    def __init__(self, database: Database, topics: WarningTopics, *, is_demo: bool) -> None:
        self._database = database
        self._topics = topics
        self._is_demo = is_demo

    def keep(self, now: datetime) -> bool:
        """Do one round. False: another program does it. Raises BrokerUnusable and StorageError."""
        with self._database.transaction() as tx:
            if not tx.value(SQL["lead_retained"]):
                return False
            self._topics.connect()
            standing = {one.topic: one for one in read_standing(tx, is_demo=self._is_demo, now=now)}
            held = self._topics.held()
            for topic, one in standing.items():
                if held.get(topic) != one.content:
                    self._topics.put(topic, one.content, seconds=self._seconds(one, now))
            for topic in sorted(held.keys() - standing.keys()):
                self._end(tx, topic, now)
        return True

    def _end(self, tx: Transaction, topic: str, now: datetime) -> None:
        """Tell who listens how it ended, where it was ended by words; then the broker keeps nothing."""
        last = read_end(tx, topic, is_demo=self._is_demo, now=now)
        if last is not None:
            self._topics.put(topic, last, retain=False)
        self._topics.put(topic, b"")

    def _seconds(self, one: Standing, now: datetime) -> int | None:
        """How long the broker keeps it if nobody clears it. The demo's broker gives 3.1.1 nothing that has an end."""
        return None if self._is_demo else math.ceil((one.expires - now).total_seconds())


def open_desk(settings: Settings) -> Desk | None:
    """Return who issues, with the key; None where the file names nobody. Raises IssuerUnusable."""
    said = load_cap_file(settings.cap_file)
    if said.issuer is None:
        return None
    key = settings.find_cap_key()
    if key is None or settings.cap_certificate is None:
        missing = "CITYOPS_CAP_KEY" if key is None else "CITYOPS_CAP_CERTIFICATE"
        raise IssuerUnusable(f"{missing} is not set, so nothing goes out. `cityops cap make-key` makes both.")
    # What is simulated is an exercise, whatever else is set: it must never look actual to anybody.
    return Desk(
        said.issuer,
        Signer(key, settings.cap_certificate),
        settings.zone,
        is_exercise=settings.demo,
        national=said.national,
    )
