"""What the broker dropped, by its own count, over its restarts and told by several workers."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices.topics import BROKER_DROPPED
from cityops.storage import Database
from cityops.storage.messages.brokers import BrokerDrops, broker_drops
from ingest.messages import Message
from ingest.status import describe
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BROKER = "broker:1883"


def say(storekeeper: BatchWriter, dropped: int, seconds: float) -> None:
    moment = NOW + timedelta(seconds=seconds)
    storekeeper.store([Message(BROKER_DROPPED, str(dropped).encode(), moment, qos=0)], moment)


@pytest.mark.parametrize(
    ("words", "dropped", "grew"),
    [
        ([(0, 0)], 0, None),
        ([(0, 0), (7, 10), (7, 20)], 7, 10),
        ([(7, 0), (7, 0), (9, 10), (9, 10)], 9, 10),  # two workers
        ([(7, 0), (9, 10), (7, 5)], 9, 10),  # a word that comes late
        ([(7, 0), (0, 10), (2, 20)], 9, 20),  # the broker was started anew
    ],
)
def test_the_counter_is_kept(
    database: Database, catalogue: Catalogue, words: list[tuple[int, float]], dropped: int, grew: float | None
) -> None:
    storekeeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue), broker=BROKER)
    storekeeper.start(NOW)
    for count, seconds in words:
        say(storekeeper, count, seconds)

    with database.transaction() as tx:
        found = broker_drops(tx)
        lines = describe(tx, NOW)
    grew_at = None if grew is None else NOW + timedelta(seconds=grew)
    heard_at = NOW + timedelta(seconds=max(seconds for _, seconds in words))
    assert found == [BrokerDrops(BROKER, dropped, grew_at, heard_at)]
    assert any(f"{dropped} messages dropped by {BROKER}" in line for line in lines)
