"""The timed jobs of public warnings, which `cityops watch` runs with its own."""

import math
from datetime import datetime

from alerts.watch.jobs import Job
from cap.demo import let_all_out
from cap.errors import FeedUnusable, IssuerUnusable
from cap.incoming.sources import Source, open_source
from cap.issuer import load_cap_file
from cap.messages.signatures import CapSigner, Pinned, load_pinned
from cap.neighbour import Neighbour, is_settled
from cap.store.issuing import tend_warnings
from cap.store.standing import SQL, StandingMessage, read_end, read_standing
from cap.store.taking import note_look, take_new
from cap.store.warning_life import Desk
from cap.topics import WarningTopics
from cityops.operations.bounded_calls import preload
from cityops.settings import Settings
from cityops.storage import Database, Transaction

EVERY = 5.0  # seconds
FOLDER_EVERY, FEED_EVERY = 5.0, 60.0
FEED_WITHIN = 180.0  # a round of a minute, and the exchanges at its ends, each of which has an end of its own


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of warnings: of our own where somebody issues them (CITYOPS_CAP_FILE), and of each feed."""
    neighbour = settings.demo and is_settled(settings.data_dir)
    return [
        *_own_jobs(database, settings),
        *_feed_jobs(database, settings),
        *([Job("neighbour", EVERY, Neighbour(database, settings.data_dir, settings.zone).speak)] if neighbour else []),
    ]


def _own_jobs(database: Database, settings: Settings) -> list[Job]:
    if settings.cap_file is None:
        return []
    found = [Job("warnings", EVERY, Warnings(database, settings).tend)]
    if settings.mqtt_url is not None:
        topics = WarningTopics(settings.require_mqtt_url(), settings.mqtt_ca_file)
        found.append(Job("warning-topics", EVERY, Retained(database, topics, is_demo=settings.demo).keep))
    return found


def _feed_jobs(database: Database, settings: Settings) -> list[Job]:
    """Each feed is a job of its own, so that a dead one keeps neither another feed nor anything else waiting."""
    feeds = settings.cap_feeds or ()
    if feeds:
        preload("cap.incoming.fetching")
    return [
        Job(
            f"feed-{number}",
            FOLDER_EVERY if feed.startswith("/") else FEED_EVERY,
            Feed(database, settings, feed).take,
            FEED_WITHIN,
        )
        for number, feed in enumerate(feeds)
    ]


class Feed:
    """Takes the warnings of one feed. What fails is noted with when it was read last, and fails the round."""

    def __init__(self, database: Database, settings: Settings, address: str) -> None:
        self._database = database
        self._settings = settings
        self._address = address
        self._source: Source | None = None

    def take(self, now: datetime) -> bool:
        """Do one round. Raises FeedUnusable, IssuerUnusable and StorageError."""
        settings = self._settings
        if self._source is None:
            self._source = open_source(self._address, load_cap_file(settings.cap_file).inward.hosts)
        pinned: Pinned = {} if settings.cap_senders is None else load_pinned(settings.cap_senders)
        look = take_new(self._database, self._source, pinned)
        read_at = note_look(self._database, self._source, look, now=now)
        if look.problems:
            when = f"last read {read_at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if read_at else "never read"
            more = f", and {len(look.problems) - 1} more" if len(look.problems) > 1 else ""
            raise FeedUnusable(f"{when}{more}: {look.problems[0]}")
        return True


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

    def _seconds(self, one: StandingMessage, now: datetime) -> int | None:
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
        CapSigner(key, settings.cap_certificate),
        settings.zone,
        is_exercise=settings.demo,
        national=said.national,
    )
