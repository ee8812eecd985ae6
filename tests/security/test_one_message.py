"""One valid message of one device, however it is made, takes no others' time: what it costs is bounded."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from alerts.detection.flapping import MOST
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from ingest.storing.sorting import sort_messages

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/emergency/"
META = {"kind": "gas_detector", "name": "gas", "lon": 118.8, "lat": 31.9}
MANY = 400


def say(channel: str, content: object, *, sensor: str = "GAS-1", kind: str = "emergency") -> Message:
    topic = f"{ROOT}{sensor}/{channel}".replace("emergency", kind)
    return Message(topic, content if isinstance(content, bytes) else json.dumps(content).encode(), NOW)


def reading(ago: timedelta, **values: float | None) -> dict[str, object]:
    return {"time": (NOW - ago).isoformat(), "values": values or {"gas_lel": 1.0}}


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    air = META | {"kind": "air_station"}
    keeper.store([say("meta", META), say("meta", air, sensor="AIR-1", kind="environment")], NOW)
    keeper.store([say("telemetry", reading(timedelta()))], NOW)
    return keeper


def count(database: Database, statement: str) -> int:
    with database.transaction() as tx:
        return int(tx.value(statement))


LARGE: dict[str, Callable[[], object]] = {
    "time": lambda: [reading(timedelta(days=day)) for day in range(40)],
    "values": lambda: reading(timedelta(), **{f"m{number}": 1.0 for number in range(201)}),
}


@pytest.mark.parametrize("field", LARGE)
def test_a_message_that_touches_too_much_is_a_letter_and_the_others_are_stored(keeper: BatchWriter, field: str) -> None:
    outcome = keeper.store(
        [
            say("telemetry", reading(timedelta(seconds=2))),
            say("telemetry", LARGE[field]()),
            say("telemetry", reading(timedelta(seconds=1))),
        ],
        NOW,
    )

    assert (outcome.stored, outcome.dead) == (2, {field: 1})


def test_values_that_cross_a_limit_hundreds_of_times_make_a_few_changes(
    database: Database, keeper: BatchWriter
) -> None:
    """570 s in one transaction before: each change is an alert, its events and a link of the audit."""
    values = [reading(timedelta(seconds=MANY - row), pm25=600.0 if row % 2 else 1.0) for row in range(MANY)]

    outcome = keeper.store([say("telemetry", values, sensor="AIR-1", kind="environment")], NOW)

    rules = count(database, "SELECT count(DISTINCT rule_id) FROM alert")
    assert outcome.stored == MANY
    assert rules > 0
    assert outcome.raised + outcome.cleared <= MOST * rules


def test_a_device_that_says_again_and_again_what_it_is_costs_once(catalogue: Catalogue) -> None:
    """90 s for 5,000 registrations of one device before."""
    registrations = [say("meta", META | {"lon": 118 + row / 1000}) for row in range(MANY)]
    states = [say("status", b"online" if row % 2 else b"offline") for row in range(MANY)]

    batch = sort_messages([*registrations, *states], catalogue)

    assert [message for message, _ in batch.registrations] == registrations[-1:]
    assert [message for message, _ in batch.reports] == states[-1:]
