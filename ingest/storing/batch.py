"""A batch of messages is one transaction: readings, alert changes and dead letters, all or none."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerts.evaluation.engine import Engine
from cityops.catalogue import Catalogue
from cityops.operations.watchdog import show_progress
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.devices.identity import bind_areas, note_rivals
from cityops.storage.devices.ledger import Totals, add_to_ledger, ledger_totals
from cityops.storage.devices.registry import SaidStatus, set_statuses
from cityops.storage.errors import Answer
from cityops.storage.messages.blocks import count_refused
from cityops.storage.messages.border import note_missing, note_unmapped
from cityops.storage.messages.broker_sessions import count_lost_queues
from cityops.storage.messages.brokers import BrokerDrops, broker_drops, note_drops
from cityops.storage.messages.dead_letters import (
    DeadLetter,
    mark_replayed,
    shorten,
    take_asked_letters,
    waiting_letters,
)
from cityops.storage.operations.incarnation import IncarnationCheck
from cityops.storage.readings.table import repair_latest
from cityops.storage.readings.trial import check_writable
from ingest.checks.bounds import Bounds
from ingest.checks.device_cache import LOOK_AGAIN, Device, DeviceCache
from ingest.checks.quality_checker import QualityChecker
from ingest.dead_letters.allowances import UNLIMITED, LetterLimits
from ingest.dead_letters.letter_box import LetterBox
from ingest.dead_letters.letters import bury, count_letters, revive, senders
from ingest.errors import Undecodable
from ingest.messages import Message
from ingest.storing.gate import Gate
from ingest.storing.isolation import halve
from ingest.storing.ledger import LedgerTracker
from ingest.storing.outcome import StoringOutcome
from ingest.storing.reading_columns import ReadingColumns, gather
from ingest.storing.readings_writer import ReadingsWriter
from ingest.storing.registrar import register
from ingest.storing.retention import Retention
from ingest.storing.sorting import DecodedBatch, sort_messages
from ingest.storing.speakers import address_of, find_device, new_speakers, rivals

logger = logging.getLogger(__name__)

DEFAULT_BOUNDS = Bounds()
MOST_WAITING = 1_000  # dead letters that a batch takes up when their sensors register; the verb replays the rest


class BatchWriter:
    """Stores batches. One a worker.

    `broker` (host:port) is where the messages come from; `keep` is how long readings are kept, None for ever; `letters`
    is what is kept of dead letters, `bounds` what one message may hold. Between batches it keeps its rules, what it
    knows of devices, and their last readings for the quality tests.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        engine: Engine,
        *,
        broker: str = "",
        keep: timedelta | None = None,
        letters: LetterLimits = UNLIMITED,
        bounds: Bounds = DEFAULT_BOUNDS,
    ) -> None:
        self._database = database
        self._broker = broker
        self._bounds = bounds
        self._catalogue = catalogue
        self._engine = engine
        self._keep = keep
        self._limits = letters
        self._incarnation = IncarnationCheck()
        self._looked_at: datetime | None = None
        self._forget()

    def _forget(self) -> None:
        """Begin as if nothing was known: this worker has started, or the database is another one."""
        self._inspector = QualityChecker(self._catalogue)
        self._directory = DeviceCache(self._database, self._catalogue, self._inspector)
        self._retention = Retention(self._database, self._keep)
        self._book = LedgerTracker()
        self._readings = ReadingsWriter(self._engine, self._inspector, self._book.names)
        self._gate = Gate(self._database)
        self._letters = LetterBox(self._limits)

    def check_database(self, now: datetime) -> None:
        """Begin anew when the database was restored from a backup; looks at most once a second. Raises StorageError."""
        # A clock that was set back must not stop the looking.
        if self._looked_at is not None and abs(now - self._looked_at) < LOOK_AGAIN:
            return
        with self._database.transaction() as tx:
            changed = self._incarnation.has_changed(tx)
        if changed:
            self._forget()
            self._engine.forget()
            self.start(now)
        self._looked_at = now

    def start(self, now: datetime) -> None:
        """Make the rules known to the database, and make good what a killed worker left undone."""
        with self._database.transaction() as tx:
            self._engine.start(tx, now)
            behind = repair_latest(tx, now)
        if behind:
            logger.info("latest readings brought up to date", extra={"action": "repair", "series": behind})

    def totals(self) -> tuple[Totals, list[BrokerDrops], int]:
        """Return the loss ledger's sums, what the brokers say they dropped, and how many queues were lost.

        Raises StorageError.
        """
        with self._database.transaction() as tx:
            return ledger_totals(tx), broker_drops(tx), count_lost_queues(tx)

    def store(self, messages: Sequence[Message], now: datetime, *, urgent: bool = False) -> StoringOutcome:
        """Store a batch. When it returns, all of it is committed and may be acknowledged.

        What is `urgent` is in `latest` with it, whatever else waits to be written there.

        A batch that the database refuses for what is in it is split until the one bad message is alone; that
        one becomes a dead letter. Raises StorageError when no message is to blame: see cityops.storage.errors.
        """
        show_progress()  # the search for one bad message among thousands may take long
        try:
            return self._store_together(messages, now, urgent=urgent)
        except StorageError as error:
            if error.answer is not Answer.SPLIT:
                raise
            reason = str(error)
        check_writable(self._database, now)
        if len(messages) == 1:
            return self._bury(messages[0], reason, now)
        first, second = halve(messages)
        outcome = self.store(first, now, urgent=urgent)
        outcome.add(self.store(second, now, urgent=urgent))
        return outcome

    @property
    def is_behind(self) -> bool:
        """Whether `latest` lacks something that is stored, for catch_up() to write."""
        return self._readings.is_behind

    def catch_up(self, now: datetime) -> None:
        """Write what `latest` does not have yet: for when no batch comes to do it. Raises StorageError."""
        self.check_database(now)
        if self.is_behind:
            with self._database.transaction() as tx:
                refresh = self._readings.catch_up(tx, now)
            self._readings.keep_refresh(refresh)

    def replay_asked(self, now: datetime) -> StoringOutcome:
        """Process the letters once more for which somebody asked on the pages. Raises StorageError."""
        with self._database.transaction() as tx:
            letters = take_asked_letters(tx, limit=MOST_WAITING)
        return self.store([revive(letter) for letter in letters], now) if letters else StoringOutcome()

    def _store_together(self, messages: Sequence[Message], now: datetime, *, urgent: bool) -> StoringOutcome:
        self.check_database(now)
        batch = sort_messages(messages, self._catalogue, self._gate.blocked(now), urgent=urgent)
        replayed = [message.letter for message in messages if message.letter]
        before = StoringOutcome()
        # Registrations come first, and alone: a broker hands out retained messages in any order.
        if batch.registrations:
            waiting = self._register(batch, now)
            before = self.store(waiting, now) if waiting else before
        changed = self._directory.forget_changed(now)
        if changed:
            self._engine.forget_places(changed)
        kept = self._retention.kept(now)
        spoken = {address_of(message).sensor for message in batch.spoken()}
        devices = self._directory.look_up(spoken)
        registered = self._directory.registered(senders(batch.letters) | spoken)
        with self._database.transaction() as tx:
            self._store_reports(tx, batch, devices)
            for message, content in batch.drops:
                note_drops(tx, self._broker, content.dropped, message.received_at)
            gathered = gather(batch, devices, book=self._book, bounds=self._bounds)
            note_unmapped(tx, gathered.unmapped, now)
            note_missing(tx, gathered.missing)
            stored = self._readings.store(tx, batch, gathered, kept, now)
            speakers = new_speakers(batch.spoken(), devices)
            bound = bind_areas(tx, speakers)
            note_rivals(tx, rivals(batch.letters, devices), now)
            letters = self._letters.put(tx, batch.letters, registered, now)
            count_refused(tx, batch.blocked, now)
            counted = count_letters(letters, registered)
            draft = self._book.draft(stored.reports, counted, stored.settled.skews, waited=stored.settled.waited)
            add_to_ledger(tx, draft.entries, now)
            if replayed:
                mark_replayed(tx, replayed, now)
        self._directory.settle(speakers, bound)
        self._readings.keep(stored)
        self._book.keep(draft)
        outcome = stored.outcome
        outcome.replayed = len(replayed)
        outcome.dead = Counter(letter.field for letter in letters)
        outcome.blocked = batch.blocked.total()
        outcome.add(before)
        outcome.messages = len(messages)
        return outcome

    def _register(self, batch: DecodedBatch, now: datetime) -> list[Message]:
        """Register sensors; return what they said before, which was put aside."""
        with self._database.transaction() as tx:
            registered, refused = register(tx, batch.registrations, now)
            waiting = waiting_letters(tx, registered, limit=MOST_WAITING)
        self._directory.forget(address_of(message).sensor for message, _ in batch.registrations)
        for message, error in refused:
            batch.bury(message, error)
        return [revive(letter) for letter in waiting]

    def _store_reports(self, tx: Transaction, batch: DecodedBatch, devices: Mapping[str, Device]) -> None:
        said: list[SaidStatus] = []
        for message, report in batch.reports:
            try:
                find_device(message, report.sensor_id, devices)
            except Undecodable as error:
                batch.bury(message, error)
            else:
                said.append(
                    SaidStatus(report.sensor_id, report.status, None if message.retained else message.received_at)
                )
        set_statuses(tx, said)

    def _bury(self, message: Message, reason: str, now: datetime) -> StoringOutcome:
        logger.error(
            "message refused by the database",
            extra={"action": "dead_letter", "topic": message.topic[:200], "reason": reason},
        )
        letter = bury(message, "payload", reason)
        try:
            self._keep_letter(letter, message, now)
        except StorageError as error:
            if error.answer is not Answer.SPLIT:
                raise
            self._keep_letter(shorten(letter), message, now)
        return StoringOutcome(messages=1, dead=Counter(payload=1), replayed=int(message.letter > 0))

    def _keep_letter(self, letter: DeadLetter, message: Message, now: datetime) -> None:
        registered = self._directory.registered(senders([letter]))
        with self._database.transaction() as tx:
            letters = self._letters.put(tx, [letter], registered, now)
            nothing = ReadingColumns().heard()
            add_to_ledger(tx, self._book.draft(nothing, count_letters(letters, registered)).entries, now)
            if message.letter:
                mark_replayed(tx, [message.letter], now)
