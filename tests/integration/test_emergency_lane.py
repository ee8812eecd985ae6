"""A reading that warns of danger to life is stored while what came before it still waits at the broker."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_totals
from cityops.storage.devices.registry import register_sensor
from ingest.heartbeat import LifeSign
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from ingest.storing.outcome import StoringOutcome
from ingest.transport import buffered_socket, lanes, mqtt
from ingest.transport.filters import topic_filters
from ingest.transport.lanes import Lane, Lanes
from ingest.transport.mqtt import Subscription
from ingest.transport.sessions import SessionKeeper
from ingest.worker import Worker
from tests.devices import device
from tests.programs import wait_for

GAS, LOOP = "cityops/990101/emergency/GAS-LANE", "cityops/990101/traffic/LOOP-LANE"
FLOOD = 600  # messages


def subscribe(url: str) -> tuple[Lanes, Subscription]:
    """Return both ways of a worker, not connected yet, and the first of them."""
    arrival = threading.Condition()
    urgent, everything = (
        Subscription(url, filters, client_id=name, now=utc_now, ca_file=None, arrival=arrival)
        for name, filters in {
            "worker-lane": topic_filters(["emergency"], [], None),
            "worker": topic_filters([], [], None),
        }.items()
    )
    return Lanes([Lane(urgent), Lane(everything)], arrival, common=["emergency"]), urgent


class Noted(BatchWriter):
    """Notes the topics of each batch, and lets the first one end only when the lane came and has a message."""

    def __init__(self, lane: Subscription, database: Database, catalogue: Catalogue) -> None:
        super().__init__(database, catalogue, Engine(load_rules(catalogue), catalogue))
        self.batches: list[list[str]] = []
        self._connect, lane.start = lane.start, lambda: None  # type: ignore[method-assign]
        self._lane = lane

    def store(self, messages: Sequence[Message], now: datetime, *, urgent: bool = False) -> StoringOutcome:
        if not self.batches:
            self._connect()
            wait_for(lambda: not self._lane.inbox.is_empty, "the reading in the emergency lane")
        outcome = super().store(messages, now, urgent=urgent)
        self.batches.append([message.topic for message in messages])
        return outcome


@contextmanager
def working(database: Database, ways: Lanes, storekeeper: BatchWriter) -> Iterator[None]:
    stopping = threading.Event()
    sessions = [
        SessionKeeper(database, broker="test", client_id=name, expiry=timedelta(days=7)) for name in ("lane", "all")
    ]
    worker = Worker(ways, storekeeper, LifeSign(database, "worker"), sessions, stopping=stopping, now=utc_now)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(60)


def test_an_emergency_reading_is_stored_before_the_flood_that_came_first(
    broker_url: str, database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffered_socket, "_PIECE", 4096)
    monkeypatch.setattr(mqtt, "BROKER_DROPPED", GAS)  # else this broker ends the first connection, and sends again
    monkeypatch.setattr(lanes, "ENOUGH_MESSAGES", 50)
    monkeypatch.setattr(lanes, "LANE_MESSAGES", 50)
    now = utc_now()
    with database.transaction() as tx:
        register_sensor(tx, Sensor("GAS-LANE", "990101", "emergency", "gas_detector", "燃气", 119.0, 30.0), now)
        register_sensor(tx, Sensor("LOOP-LANE", "990101", "traffic", "traffic_detector", "线圈", 119.0, 30.0), now)
    ways, _ = subscribe(broker_url)
    for one in ways.subscriptions:  # the broker keeps both sessions from now on
        one.start()
    for one in ways.subscriptions:
        wait_for(lambda: one.is_subscribed, "the broker to grant a subscription")  # noqa: B023
        one.stop()
    with device(broker_url) as sender:
        for number in range(FLOOD):
            sender.measure(LOOP, now - timedelta(seconds=FLOOD - number), speed=40.0)
        sender.measure(GAS, now, gas_lel=65.0)

    ways, urgent = subscribe(broker_url)
    storekeeper = Noted(urgent, database, catalogue)

    def is_all_stored() -> bool:
        return sum(map(len, storekeeper.batches)) >= FLOOD + 1

    with working(database, ways, storekeeper):
        wait_for(is_all_stored, "all of the flood", seconds=120)
        wait_for(lambda: ways.subscriptions[1].inbox.is_empty, "the copies to be passed over")

    gas = f"{GAS}/telemetry"
    place = next(number for number, batch in enumerate(storekeeper.batches) if gas in batch)
    assert place == 1
    assert sum(map(len, storekeeper.batches[place + 1 :])) > FLOOD / 2
    with database.transaction() as tx:
        totals = ledger_totals(tx)
        assert tx.value("SELECT count(*) FROM reading") == FLOOD + 1
        assert tx.value("SELECT count(*) FROM alert WHERE severity = 1") == 1
    assert (totals.received, totals.stored, totals.duplicate) == (FLOOD + 1, FLOOD + 1, 0)
