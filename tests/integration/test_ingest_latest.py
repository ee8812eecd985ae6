"""`latest` is refreshed at most every SOONEST seconds, at least every second, and is right again after a crash."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.readings.latest import latest_frame
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/environment/N-1/"
META = {"kind": "noise_meter", "name": "噪声 1", "lon": 118.8, "lat": 31.9}


def message(channel: str, payload: object) -> Message:
    return Message(ROOT + channel, json.dumps(payload).encode(), NOW)


def telemetry(value: float, seconds: float = 0) -> Message:
    return message("telemetry", {"time": (NOW + timedelta(seconds=seconds)).isoformat(), "values": {"leq": value}})


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def newest(database: Database) -> list[float]:
    with database.transaction() as tx:
        return [float(value) for value in latest_frame(tx)["value"]]


@pytest.fixture
def storekeeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    keeper.store([message("meta", META)], NOW)
    return keeper


def test_it_is_not_refreshed_with_every_batch_and_nothing_of_it_is_forgotten(
    storekeeper: BatchWriter, database: Database
) -> None:
    storekeeper.store([telemetry(51)], NOW)
    storekeeper.store([telemetry(52, 0.01)], later(0.01))
    storekeeper.store([telemetry(53, 0.02)], later(0.02))
    assert newest(database) == [51]

    storekeeper.catch_up(later(1.1))
    assert newest(database) == [53]
    storekeeper.store([telemetry(54, 1.2)], later(1.2))
    storekeeper.store([telemetry(55, 2.2)], later(2.2))
    assert newest(database) == [55]


def test_a_late_reading_does_not_hide_what_waits(storekeeper: BatchWriter, database: Database) -> None:
    storekeeper.store([telemetry(51)], NOW)
    storekeeper.store([telemetry(52, 0.02)], later(0.02))
    storekeeper.store([telemetry(40, -86400), telemetry(41, 0.01)], later(0.03))

    storekeeper.catch_up(later(1.1))
    assert newest(database) == [52]


def test_what_a_killed_worker_owed_its_successor_makes_good(
    storekeeper: BatchWriter, database: Database, catalogue: Catalogue
) -> None:
    storekeeper.store([telemetry(51)], NOW)
    storekeeper.store([telemetry(52, 0.1)], NOW)
    assert newest(database) == [51]

    BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue)).start(NOW)

    assert newest(database) == [52]
