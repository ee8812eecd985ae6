"""Every metric that ingest exports moves under load: a gauge that nobody sets reads 0 for ever, and lies."""

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs
from prometheus_client import Gauge
from prometheus_client.metrics import MetricWrapperBase

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.errors import DatabaseUnavailable
from cityops.storage.messages.blocks import store_block
from cityops.storage.messages.brokers import note_drops
from cityops.storage.messages.dead_letters import ask_replay
from ingest import metrics, worker
from ingest.dead_letters.allowances import LetterLimits
from ingest.heartbeat import LifeSign
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from ingest.transport import broker_check
from ingest.transport.broker_check import Weakness, check_broker
from ingest.transport.inbox import Inbox
from ingest.transport.lanes import Batch, Lanes
from ingest.transport.mqtt import Subscription
from ingest.transport.sessions import SessionEvent, SessionKeeper
from ingest.worker import Worker
from tests.integration.test_ingest_batch import META, NOW, ROOT, message, telemetry

EXPORTED = {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}
BAD = [message("telemetry", {"time": "then", "values": {"gas_lel": number}}) for number in range(3)]
REGISTRATION, ALARM = message("meta", META), telemetry(30)
BLOCKED = message("telemetry", {"values": {"gas_lel": 1}}, root=ROOT.replace("GAS-1", "GAS-2"))


def reading(value: float, seconds: int) -> Message:
    """A reading that comes as soon as it was taken."""
    return structs.replace(telemetry(value, seconds), received_at=NOW + timedelta(seconds=seconds))


CALM = [reading(1, 60 * minute) for minute in range(1, 11)]
IMPOSSIBLE = reading(-5, 700)
BATCHES = [[REGISTRATION], [ALARM, *BAD, BLOCKED], [ALARM], CALM, [IMPOSSIBLE]]
EMPTY: list[list[Message]] = [[]]


class Session(Subscription):
    """A connected session with something that waits."""

    def __init__(self) -> None:
        self._session = [SessionEvent(NOW, kept=True), SessionEvent(NOW, taken=True)]
        self.inbox = Inbox()
        self.inbox.put([ALARM], 512)

    is_connected = True

    def start(self) -> None: ...
    def pause(self) -> None: ...
    def stop(self) -> None: ...

    def session_events(self) -> list[SessionEvent]:
        found, self._session = self._session, []
        return found


class Queue(Lanes):
    """What a broker has for a worker: batches, the last of which sees the worker off. `now`: when the last one came."""

    def __init__(self, batches: Sequence[list[Message]], stopping: threading.Event) -> None:
        self._batches, self._stopping = list(batches), stopping
        self._session = Session()
        self.now = NOW

    @property
    def subscriptions(self) -> list[Subscription]:
        return [self._session]

    def acknowledge(self, batch: Batch) -> None: ...

    def take(self, *, wait: float, at_once: bool = False) -> Batch:
        if self._batches:
            messages = self._batches.pop(0)
            self.now = max([self.now, *(message.received_at for message in messages)])
            return Batch(0, messages, messages)
        self._stopping.set()
        return Batch(0)


class Stumbling(LifeSign):
    """A sign of life that the database refuses once."""

    has_stumbled = False

    def show(self, facts: Mapping[str, Any]) -> None:
        if not self.has_stumbled:
            self.has_stumbled = True
            raise DatabaseUnavailable(str(DatabaseUnavailable.__doc__))
        super().show(facts)


def values_of(metric: MetricWrapperBase) -> dict[tuple[str, str], float]:
    """Return what a metric shows, by sample and labels, but what is 0: a label that is only made has not moved."""
    samples = [
        sample for family in metric.collect() for sample in family.samples if not sample.name.endswith("created")
    ]
    return {(sample.name, str(sample.labels)): sample.value for sample in samples if sample.value}


def what_was_stored(database: Database) -> str:
    """Return what became of the messages, for whoever reads why a metric stood still."""
    with database.transaction() as tx:
        readings = tx.rows("SELECT time, value, quality FROM reading ORDER BY time")
        letters = tx.rows("SELECT topic, field, reason FROM dead_letter ORDER BY 1, 2")
        alerts = tx.rows("SELECT rule_id, action, at FROM alert_event JOIN alert USING (alert_id) ORDER BY at")
    return "\n".join(map(str, [*readings, *letters, *alerts]))


def test_every_metric_of_ingest_moves(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("ANSWER_EVERY", "REPORT_EVERY"):
        monkeypatch.setattr(worker, pause, 0)
    monkeypatch.setattr(broker_check, "find_weaknesses", lambda *_: [Weakness.SHARE])
    for metric in EXPORTED.values():
        if isinstance(metric, Gauge):
            metric.clear() if metric._labelnames else metric.set(-1)
    before = {name: values_of(metric) for name, metric in EXPORTED.items()}
    with database.transaction() as tx:
        store_block(tx, "GAS-2", "li", "too loud", NOW)
        note_drops(tx, "nowhere:1883", 7, NOW)

    stopping = threading.Event()
    keeper = BatchWriter(
        database, catalogue, Engine(load_rules(catalogue), catalogue), letters=LetterLimits(per_hour=1)
    )
    sessions = SessionKeeper(database, broker="nowhere:1883", client_id="test", expiry=timedelta(hours=1))
    for batches in (BATCHES, EMPTY):  # between them somebody asks for the letters once more
        life = Stumbling(database, "test")
        queue = Queue(batches, stopping)
        Worker(queue, keeper, life, [sessions], stopping=stopping, now=lambda: queue.now).run()  # noqa: B023
        stopping.clear()
        with database.transaction() as tx:
            ask_replay(tx, "time", NOW)
    check_broker("mqtt://nowhere", None, None, refuse=False)

    after = {name: values_of(metric) for name, metric in EXPORTED.items()}
    assert [name for name in EXPORTED if before[name] == after[name]] == [], what_was_stored(database)
    events = {str({"event": event}) for event in ("raise", "clear")}
    assert {labels for (_, labels), count in after["ALERTS"].items() if count} == events
