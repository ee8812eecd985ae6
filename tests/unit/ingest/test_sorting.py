"""What a message turns out to be, and what of it cannot be stored."""

import json
from datetime import UTC, datetime

import pytest

from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.devices.topics import BROKER_DROPPED, Address
from ingest.messages import DropCount, Fragments, Message, ReadingsMessage
from ingest.storing.sorting import DecodedBatch, sort_messages

NOW = datetime(2026, 3, 1, tzinfo=UTC)
META = {"kind": "gas_detector", "name": "燃气", "lon": 118.8, "lat": 31.9}


def say(channel: str, payload: object, *, sensor: str = "GAS-1", letter: int = 0, retained: bool = False) -> Message:
    """`payload`: text is sent as it is, anything else as JSON."""
    content = payload if isinstance(payload, str) else json.dumps(payload)
    return Message(
        f"cityops/990101/emergency/{sensor}/{channel}", content.encode(), NOW, letter=letter, retained=retained
    )


def registered(batch: DecodedBatch) -> list[str]:
    """The names under which devices registered; of an emptied registration the sensor in brackets."""
    return [told.name if isinstance(told, Sensor) else f"({told.sensor})" for _, told in batch.registrations]


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_a_device_without_a_fix_is_registered_and_its_place_is_a_letter(catalogue: Catalogue, crs: str) -> None:
    batch = sort_messages([say("meta", META | {"name": "no fix", "lon": 0, "lat": 0, "crs": crs})], catalogue)

    assert registered(batch) == ["no fix"]
    assert [(letter.field, letter.reason) for letter in batch.letters] == [
        ("lon", "0, 0 is what a device says that does not know its place; send its true place, or import it")
    ]


def test_each_message_is_put_with_its_kind(catalogue: Catalogue) -> None:
    whole = {"time": "2026-03-01T00:00:00Z", "values": {"gas_lel": 3}}
    batch = sort_messages(
        [
            say("telemetry", whole),
            say("telemetry", whole | {"values": {"gas_lel": "3"}}),  # a number as text is taken apart
            say("meta", META),
            say("status", "online"),
            Message(BROKER_DROPPED, b"7", NOW),
            say("status", ""),  # the broker forgot a last will: that asks for nothing
            say("telemetry", "nothing"),
            Message("cityops/nowhere", b"", NOW),
        ],
        catalogue,
    )

    assert [type(content) for _, content in batch.told] == [ReadingsMessage, Fragments]
    assert registered(batch) == ["燃气"]
    assert [report.status for _, report in batch.reports] == ["online"]
    assert [content for _, content in batch.drops] == [DropCount(7)]
    assert [letter.field for letter in batch.letters] == ["payload", "topic"]
    assert [message.topic.rpartition("/")[2] for message in batch.spoken()] == ["telemetry", "telemetry", "status"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "toaster"}, "kind"), ({"kind": "air_station"}, "topic.domain"), ({"lat": 91}, "lat")],
)
def test_a_registration_that_makes_no_sense_is_a_letter(catalogue: Catalogue, wrong: object, field: str) -> None:
    batch = sort_messages([say("meta", META | wrong)], catalogue)  # type: ignore[operator]

    assert registered(batch) == []
    assert [letter.field for letter in batch.letters] == [field]


def test_of_what_a_device_says_again_and_again_the_last_counts_in_its_place(catalogue: Catalogue) -> None:
    batch = sort_messages(
        [
            say("meta", META | {"name": "first"}),
            say("status", "online"),
            say("meta", META | {"name": "other"}, sensor="GAS-2"),
            say("meta", META | {"name": "last"}),
            say("status", "offline"),
        ],
        catalogue,
    )

    assert registered(batch) == ["other", "last"]
    assert [report.status for _, report in batch.reports] == ["offline"]


def test_what_the_broker_repeats_outdates_nothing_that_is_said_now(catalogue: Catalogue) -> None:
    batch = sort_messages(
        [say("meta", META | {"name": "now"}), say("meta", META | {"name": "long ago"}, retained=True)], catalogue
    )

    assert registered(batch) == ["now", "long ago"]


def test_an_emptied_registration_is_another_thing_than_one_that_is_filled(catalogue: Catalogue) -> None:
    batch = sort_messages([say("meta", META), say("meta", ""), say("meta", "")], catalogue)

    assert registered(batch) == ["燃气", "(GAS-1)"]
    assert batch.registrations[1][1] == Address("990101", "emergency", "GAS-1")


def test_of_a_blocked_sensor_there_is_only_a_count_but_a_letter_is_let_in(catalogue: Catalogue) -> None:
    """Somebody asked for the letter by hand; what cannot be read is counted too, and not kept."""
    messages = [say("status", "online"), say("status", "nonsense"), say("status", "offline", letter=3)]
    other = say("status", "online", sensor="GAS-2")
    batch = sort_messages([*messages, other], catalogue, {"GAS-1"})

    assert batch.blocked == {"GAS-1": 2}
    assert batch.letters == []
    assert [message for message, _ in batch.reports] == [messages[2], other]


@pytest.mark.parametrize("urgent", [False, True])
def test_a_batch_knows_whether_it_may_wait(catalogue: Catalogue, urgent: bool) -> None:
    assert sort_messages([], catalogue, urgent=urgent).is_urgent is urgent
