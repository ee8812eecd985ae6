"""The emergency lane goes first, loses nothing, and stores nothing that the other subscription brought already."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from ingest.messages import Message
from ingest.transport.copies import Copies, key_of
from ingest.transport.filters import urgent_domains
from ingest.transport.inbox import ENOUGH_MESSAGES, Inbox
from ingest.transport.lanes import GATHER, GROWN, LANE_MESSAGES, LEAST_MESSAGES, Lane, Lanes
from ingest.transport.mqtt import Subscription

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def message(payload: str, domain: str = "emergency", *, retained: bool = False) -> Message:
    return Message(f"cityops/99/{domain}/s-1/telemetry", payload.encode(), NOW, retained=retained)


class Session:
    """Stands for a session at the broker."""

    def __init__(self, arrival: threading.Condition) -> None:
        self.inbox = Inbox(arrival)
        self.acknowledged: list[Message] = []

    def check(self) -> None:
        """The broker wants us."""

    def acknowledge(self, messages: Sequence[Message]) -> None:
        self.acknowledged += messages


class Broker:
    """Two lanes whose clock stands still until it is set; what is taken is stored at once."""

    def __init__(self) -> None:
        self.now = 100.0
        arrival = threading.Condition()
        self.urgent, self.rest = Session(arrival), Session(arrival)
        ways = [Lane(cast(Subscription, session)) for session in (self.urgent, self.rest)]
        self.lanes = Lanes(ways, arrival, common=["emergency"], clock=lambda: self.now)

    def take(self, *, at_once: bool = False, took: float = 0.0) -> list[str]:
        batch = self.lanes.take(wait=0, at_once=at_once)
        self.now += took
        self.lanes.acknowledge(batch)
        return [one.payload.decode() for one in batch.fresh]


@pytest.fixture
def broker() -> Broker:
    return Broker()


def test_the_lane_goes_before_a_backlog_and_its_copies_are_passed_over(broker: Broker) -> None:
    flood = [message(f"car {number}", "traffic") for number in range(3 * ENOUGH_MESSAGES)]
    for start in range(0, len(flood), 100):
        broker.rest.inbox.put(flood[start : start + 100], 1)
    assert len(broker.take()) == ENOUGH_MESSAGES
    alarm = message("gas")
    broker.urgent.inbox.put([alarm], 1)
    broker.rest.inbox.put([alarm, message("smoke")], 1)

    assert broker.take() == ["gas"]
    assert len(broker.take()) == LANE_MESSAGES  # so long does the next one wait
    left = [broker.take(at_once=True) for _ in range(20)]

    assert sum(map(len, left)) == 2 * ENOUGH_MESSAGES - LANE_MESSAGES + 1
    assert [payload for batch in left for payload in batch][-1] == "smoke"  # of which no copy came
    assert broker.urgent.acknowledged == [alarm]
    assert len(broker.rest.acknowledged) == 3 * ENOUGH_MESSAGES + 2


@pytest.mark.parametrize(
    ("took", "following"), [(0.5, 3000), (1.0, 1500), (5.0, 300), (60.0, LEAST_MESSAGES), (0.1, LANE_MESSAGES)]
)
def test_while_the_lane_is_used_a_batch_of_the_rest_takes_half_a_second(
    broker: Broker, took: float, following: int
) -> None:
    broker.urgent.inbox.put([message("gas")], 1)
    for _ in range(2 * LANE_MESSAGES):
        broker.rest.inbox.put([message("car", "traffic")], 1)
    assert broker.take() == ["gas"]
    assert len(broker.take(took=took)) == LANE_MESSAGES
    broker.urgent.inbox.put([message("smoke")], 1)
    assert broker.take(at_once=True) == ["smoke"]

    assert len(broker.take(at_once=True)) == following


def test_only_what_the_lane_brings_is_urgent(broker: Broker) -> None:
    broker.urgent.inbox.put([message("gas")], 1)
    broker.rest.inbox.put([message("car", "traffic")], 1)

    assert [broker.lanes.take(wait=0).is_urgent for _ in range(2)] == [True, False]


def test_a_lane_with_a_backlog_takes_turns_with_the_rest(broker: Broker) -> None:
    for inbox in (broker.urgent.inbox, broker.rest.inbox):
        for _ in range(2):
            inbox.put([message("x", "traffic")] * ENOUGH_MESSAGES, 1)

    assert [broker.lanes.take(wait=0).lane for _ in range(2)] == [0, 1]


def test_a_quiet_city_waits_for_nothing_and_a_busy_one_lets_a_batch_grow(broker: Broker) -> None:
    broker.rest.inbox.put([message("1", "traffic")], 1)
    assert broker.take() == ["1"]
    broker.rest.inbox.put([message("2", "traffic")], 1)
    assert broker.take() == []
    broker.rest.inbox.put([message("3", "traffic")], 1)
    broker.now += GATHER

    assert broker.take() == ["2", "3"]


def test_a_batch_does_not_wait_to_grow_when_the_broker_sends_no_more(broker: Broker) -> None:
    for _ in range(2):
        broker.rest.inbox.put([message("x", "traffic")] * GROWN, 1)
        assert len(broker.take()) == GROWN


def test_whoever_waits_is_woken_by_what_comes(broker: Broker) -> None:
    arrival = threading.Timer(0, lambda: broker.urgent.inbox.put([message("gas")], 1))
    arrival.start()

    assert broker.lanes.take(wait=60).messages == [message("gas")]


def test_each_copy_answers_for_one_message() -> None:
    copies = Copies()
    said = message("offline")
    assert not copies.pass_over(0, key_of(said))
    copies.note(0, [key_of(said)] * 2)  # the broker sent it again
    assert not copies.pass_over(0, key_of(said))
    assert not copies.pass_over(1, key_of(message("online")))
    assert not copies.pass_over(1, key_of(message("offline", retained=True)))

    assert copies.pass_over(1, key_of(said))
    assert copies.pass_over(1, key_of(said))
    assert not copies.pass_over(1, key_of(said))


def test_a_copy_that_was_forgotten_is_stored_again() -> None:
    copies = Copies(most=2)
    copies.note(0, [key_of(message(str(number))) for number in range(3)])

    assert [copies.pass_over(1, key_of(message(str(number)))) for number in range(3)] == [False, True, True]


def test_the_lane_is_of_the_domains_with_rules_of_severity_1(catalogue: Catalogue) -> None:
    rules = load_rules(catalogue)

    assert urgent_domains(rules, catalogue) == ["emergency"]  # floods and foul air build up over hours
    assert urgent_domains(rules, catalogue, ["traffic", "emergency"]) == ["emergency"]
    assert urgent_domains(rules, catalogue, ["emergency"]) == []  # nothing comes after it
    assert urgent_domains([rule for rule in rules if rule.severity > 1], catalogue) == []
