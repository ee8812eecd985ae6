"""A batch of messages is one transaction: readings, alert changes and dead letters, all or none."""

import logging
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

import numpy as np

from alerts.engine import Engine
from alerts.lifecycle import Event
from cityops.catalogue import Catalogue
from cityops.clock import from_microseconds, microseconds
from cityops.readings import Reading
from cityops.sensors import Sensor
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.columns import Columns
from cityops.storage.dead_letters import DeadLetter, StoredLetter, mark_replayed, waiting_letters, write_dead_letters
from cityops.storage.heartbeats import beat
from cityops.storage.ledger import NOBODY, Totals, add_to_ledger, ledger_totals
from cityops.storage.readings import latest_times, write_columns
from cityops.storage.registry import register_sensor, set_status
from cityops.topics import SENSOR_ID
from ingest import checks
from ingest.decoders import decode
from ingest.directory import Device, Directory, Gauge
from ingest.errors import Undecodable
from ingest.gathered import Gathered
from ingest.inspector import Inspector
from ingest.ledger import Bookkeeper, Reports
from ingest.messages import Message, Readings, Registration, StatusReport
from ingest.quality import Judgement, count_failed
from ingest.units import convert

logger = logging.getLogger(__name__)

MOST_WAITING = 1_000  # dead letters that a batch takes up when their sensors register; the verb replays the rest


@dataclass(slots=True)
class Outcome:
    """What became of the messages of a batch."""

    messages: int = 0
    readings: int = 0
    stored: int = 0  # readings that were new; the others were there already
    dead: Counter[str] = field(default_factory=Counter)  # dead letters by field
    raised: int = 0
    cleared: int = 0
    flagged: Counter[str] = field(default_factory=Counter)  # readings by the quality test that they failed
    resent: int = 0  # reports of which every reading was there already
    replayed: int = 0  # dead letters that were processed again
    newest: datetime | None = None  # device time of the newest reading

    def add(self, other: "Outcome") -> None:
        """Take another batch's outcome in."""
        self.messages += other.messages
        self.readings += other.readings
        self.stored += other.stored
        self.dead.update(other.dead)
        self.raised += other.raised
        self.cleared += other.cleared
        self.flagged.update(other.flagged)
        self.resent += other.resent
        self.replayed += other.replayed
        self.newest = max(filter(None, (self.newest, other.newest)), default=None)


@dataclass(slots=True)
class Sorted:
    """The messages of a batch by what they are; those that cannot be stored are letters already."""

    registrations: list[tuple[Message, Sensor]] = field(default_factory=list)
    reports: list[tuple[Message, StatusReport]] = field(default_factory=list)
    told: list[tuple[Message, Readings]] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)

    def bury(self, message: Message, error: Undecodable) -> None:
        """Keep a message that cannot be stored, with the field that is wrong."""
        self.letters.append(_letter(message, error.field, error.reason))


class Storekeeper:
    """Stores batches. One a worker.

    Between batches it keeps its rules, what it knows of devices, and their last readings for the quality tests.
    """

    def __init__(self, database: Database, catalogue: Catalogue, engine: Engine) -> None:
        self._database = database
        self._catalogue = catalogue
        self._engine = engine
        self._inspector = Inspector(catalogue)
        self._directory = Directory(database, catalogue, engine, self._inspector)
        self._book = Bookkeeper()

    def start(self, now: datetime) -> None:
        """Make the rules known to the database."""
        with self._database.transaction() as tx:
            self._engine.start(tx, now)

    def totals(self) -> Totals:
        """Return the loss ledger's sums. Raises StorageError."""
        with self._database.transaction() as tx:
            return ledger_totals(tx)

    def store(self, messages: Sequence[Message], now: datetime) -> Outcome:
        """Store a batch. When it returns, all of it is committed and may be acknowledged.

        A batch that the database refuses for its content is split until the one bad message is alone; that
        one becomes a dead letter. Raises StorageError only when trying again later can help.
        """
        try:
            return self._store_together(messages, now)
        except StorageError as error:
            if error.retryable:
                raise
            if len(messages) == 1:
                return self._bury(messages[0], str(error), now)
        middle = len(messages) // 2
        outcome = self.store(messages[:middle], now)
        outcome.add(self.store(messages[middle:], now))
        return outcome

    def _store_together(self, messages: Sequence[Message], now: datetime) -> Outcome:
        batch, replayed = self._sort(messages), [message.letter for message in messages if message.letter]
        before = Outcome()
        # Registrations come first, and alone: a broker hands out retained messages in any order.
        if batch.registrations:
            waiting = self._register(batch.registrations, now)
            before = self.store(waiting, now) if waiting else before
        senders = {_sender(letter) for letter in batch.letters} - {NOBODY}
        devices = self._directory.look_up(senders.union(content.sensor_id for _, content in batch.told))
        with self._database.transaction() as tx:
            self._store_reports(tx, batch)
            gathered = self._gather(batch, devices, self._engine.open_series(tx))
            judgement, reports, outcome = self._store_readings(tx, gathered, now)
            write_dead_letters(tx, batch.letters)
            draft = self._book.draft(reports, _count_letters(batch.letters, devices))
            add_to_ledger(tx, draft.entries)
            if replayed:
                mark_replayed(tx, replayed, now)
            if not messages[0].letter:  # a replay is no sign that the worker runs
                beat(tx, "ingest", now)
        self._inspector.keep(judgement)
        self._book.keep(draft)
        outcome.replayed = len(replayed)
        outcome.dead = Counter(letter.field for letter in batch.letters)
        outcome.add(before)
        outcome.messages = len(messages)
        return outcome

    def _sort(self, messages: Sequence[Message]) -> Sorted:
        batch = Sorted()
        for message in messages:
            try:
                match decode(message):
                    case Readings() as content:
                        batch.told.append((message, content))
                    case StatusReport() as report:
                        batch.reports.append((message, report))
                    case Registration(sensor):
                        checks.check_registration(sensor, self._catalogue)
                        batch.registrations.append((message, sensor))
            except Undecodable as error:
                batch.bury(message, error)
        return batch

    def _register(self, registrations: Iterable[tuple[Message, Sensor]], now: datetime) -> list[Message]:
        """Register sensors; return what they said before, which was put aside."""
        with self._database.transaction() as tx:
            for _, sensor in registrations:
                register_sensor(tx, sensor, now)
                self._directory.forget(sensor.sensor_id)
            waiting = waiting_letters(tx, {sensor.sensor_id for _, sensor in registrations}, limit=MOST_WAITING)
        return [revive(letter) for letter in waiting]

    def _store_reports(self, tx: Transaction, batch: Sorted) -> None:
        for message, report in batch.reports:
            if not set_status(tx, report.sensor_id, report.status, message.received_at):
                batch.bury(message, _unknown_sensor(report.sensor_id))

    def _gather(self, batch: Sorted, devices: Mapping[str, Device], open_series: Collection[int]) -> Gathered:
        """Check the readings of a batch; messages that fail become letters."""
        found = Gathered()
        for message, content in batch.told:
            try:
                device = _find_device(content, devices)
                checked = [
                    _check(reading, unit, device, message)
                    for reading, unit in zip(content.readings, content.units or repeat(None), strict=False)
                ]
            except Undecodable as error:
                batch.bury(message, error)
                continue
            position = 0
            number, arrival = self._book.number(content.sensor_id), microseconds(message.received_at)
            for seq, size in content.reports:
                found.reports.append((number, checked[position][0], arrival, seq, size))
                position += size
            for reading, (time, gauge, value) in zip(content.readings, checked, strict=True):
                series = gauge.series_id
                if not gauge.calm_low < value < gauge.calm_high or series in open_series:
                    found.watched.append((len(found.rows), device.kind, reading.metric))
                found.rows.append((time, series, value))
        return found

    def _store_readings(self, tx: Transaction, gathered: Gathered, now: datetime) -> tuple[Judgement, Reports, Outcome]:
        time, series, value = gathered.columns()
        judgement = self._inspector.judge(series, time, value)
        samples = gathered.samples(judgement)
        seen = latest_times(tx, {sample.series_id for sample in samples}) if samples else {}
        new = write_columns(tx, Columns(time, series.astype(np.int32), value, judgement.quality), now)
        findings = self._engine.judge(tx, samples, seen=seen, now=now)
        events = Counter(change.event for change in findings.changes)
        reports = gathered.counted(new)
        outcome = Outcome(
            readings=len(time),
            stored=int(new.sum()),
            raised=events[Event.RAISE],
            cleared=events[Event.CLEAR],
            flagged=Counter(count_failed(judgement)),
            resent=int((reports.stored == 0).sum()),
            newest=from_microseconds(int(time.max())) if len(time) else None,
        )
        return judgement, reports, outcome

    def _bury(self, message: Message, reason: str, now: datetime) -> Outcome:
        logger.error("message refused by the database", extra={"action": "dead_letter", "topic": message.topic[:200]})
        letter = _letter(message, "payload", reason)
        devices = self._directory.look_up({_sender(letter)} - {NOBODY})
        with self._database.transaction() as tx:
            write_dead_letters(tx, [letter])
            nothing = Gathered().counted(np.empty(0, bool))
            add_to_ledger(tx, self._book.draft(nothing, _count_letters([letter], devices)).entries)
            if message.letter:
                mark_replayed(tx, [message.letter], now)
        return Outcome(messages=1, dead=Counter(payload=1), replayed=int(message.letter > 0))


def revive(stored: StoredLetter) -> Message:
    """Return the message that a dead letter was."""
    letter = stored.letter
    return Message(letter.topic, letter.payload, letter.received_at, letter=stored.letter_id)


def _find_device(content: Readings, devices: Mapping[str, Device]) -> Device:
    device = devices.get(content.sensor_id)
    if device is None:
        raise _unknown_sensor(content.sensor_id)
    if content.domain != device.domain:
        reason = f"a {device.kind} belongs to {device.domain}, not to {content.domain[:40]!r}"
        raise Undecodable("topic.domain", reason)
    return device


def _check(reading: Reading, unit: str | None, device: Device, message: Message) -> tuple[int, Gauge, float]:
    gauge = device.gauges.get(reading.metric)
    if gauge is None:
        raise Undecodable(f"values.{reading.metric[:40]}", f"a {device.kind} does not measure this")
    value = reading.value if unit is None else convert(reading.value, unit, gauge.unit)
    checks.check_time(reading.time, received_at=message.received_at)
    checks.check_value(reading.metric, value, gauge)
    return microseconds(reading.time), gauge, value


def _count_letters(letters: Iterable[DeadLetter], devices: Container[str]) -> Counter[str]:
    """Count letters by sensor; those of senders that are not registered are nobody's."""
    senders = map(_sender, letters)
    return Counter(sender if sender in devices else NOBODY for sender in senders)


def _sender(letter: DeadLetter) -> str:
    levels = letter.topic.split("/")
    return levels[3] if len(levels) == 5 and SENSOR_ID.fullmatch(levels[3]) else NOBODY


def _letter(message: Message, field: str, reason: str) -> DeadLetter:
    return DeadLetter(message.received_at, message.topic, message.payload, field, reason)


def _unknown_sensor(sensor_id: str) -> Undecodable:
    return Undecodable("topic.sensor", f"sensor {sensor_id} is not registered; publish its meta first")
