"""Two different values of one series with one time stamp: both stored, both judged, once."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.board import alert_reader
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.readings.latest import latest_frame
from cityops.storage.readings.placement import FARTHEST
from cityops.storage.readings.table import history_frame
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/emergency/GAS-1/"
META = {"kind": "gas_detector", "name": "滨江路燃气 1", "lon": 118.8, "lat": 31.9}


def message(channel: str, payload: object) -> Message:
    return Message(ROOT + channel, json.dumps(payload).encode(), NOW)


def entry(value: float) -> dict[str, object]:
    return {"time": NOW.isoformat(), "values": {"gas_lel": value}}


def worker(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    return keeper


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    storekeeper = worker(database, catalogue)
    storekeeper.store([message("meta", META)], NOW)
    return storekeeper


def stored(database: Database) -> list[float]:
    with database.transaction() as tx:
        history = history_frame(tx, "GAS-1", "gas_lel", start=NOW, end=NOW + timedelta(seconds=1))
    return [float(value) for value in history["value"]]


def raised(database: Database) -> set[str]:
    with database.transaction() as tx:
        return {alert.rule_id for alert in alert_reader.open_alerts(tx)}


@pytest.mark.parametrize(
    "messages",
    [
        [[message("telemetry", entry(2))], [message("telemetry", entry(65))]],
        [[message("telemetry", entry(2)), message("telemetry", entry(65))]],
        [[message("telemetry", [entry(2), entry(65)])]],
        [[message("senml", [{"bt": NOW.timestamp(), "n": "gas_lel", "v": 2}, {"n": "gas_lel", "v": 65}])]],
    ],
    ids=["two batches", "one batch", "an array", "a pack"],
)  # fmt: skip
def test_both_values_are_stored_and_judged(
    keeper: BatchWriter, database: Database, catalogue: Catalogue, messages: list[list[Message]]
) -> None:
    outcomes = [keeper.store(batch, NOW) for batch in messages]

    keeper.catch_up(NOW)

    assert stored(database) == [2, 65]
    assert sum(outcome.stored for outcome in outcomes) == 2
    assert "gas-emergency" in raised(database)
    with database.transaction() as tx:
        assert latest_frame(tx)["value"].tolist() == [65]

    again = worker(database, catalogue).store([one for batch in reversed(messages) for one in reversed(batch)], NOW)
    assert (again.stored, again.readings, again.raised) == (0, 2, 0)
    assert stored(database) == [2, 65]


def test_what_another_worker_stored_meanwhile_is_looked_up(
    keeper: BatchWriter, database: Database, catalogue: Catalogue
) -> None:
    other = worker(database, catalogue)
    other.store([message("telemetry", entry(1))], NOW)
    keeper.store([message("telemetry", {"time": (NOW - timedelta(1)).isoformat(), "values": {"gas_lel": 1}})], NOW)

    assert keeper.store([message("telemetry", entry(65)), message("telemetry", entry(1))], NOW).stored == 1
    assert stored(database) == [1, 65]
    assert "gas-emergency" in raised(database)


def test_a_clock_that_stands_still_is_a_dead_letter_in_the_end(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("telemetry", [entry(number / 100) for number in range(FARTHEST + 1)])], NOW)

    outcome = keeper.store([message("telemetry", entry(65)), message("telemetry", entry(0.5))], NOW)

    assert (outcome.stored, dict(outcome.dead)) == (0, {"time": 1})
    assert len(stored(database)) == FARTHEST + 1
