"""Taking a byte stream apart: against packets as the MQTT library writes them, cut at every place."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.messages import Message
from ingest.transport.packets import Malformed, Pieces, acknowledgement, split

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PINGRESP = b"\xd0\x00"


def properties(user: int = 0) -> bytes:
    """The properties of a message as the library packs them."""
    found = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    for number in range(user):
        found.UserProperty = (f"key {number}", "value" * 20)
    return bytes(found.pack())  # type: ignore[no-untyped-call]


def publish(
    topic: bytes, payload: bytes, *, mid: int = 7, qos: int = 1, user: int = 0, retained: bool = False
) -> bytes:
    number = struct.pack(">H", mid) if qos else b""
    body = struct.pack(">H", len(topic)) + topic + number + properties(user) + payload
    length, size = b"", len(body)
    while True:
        size, part = size >> 7, size & 0x7F
        length += bytes([part | 0x80 if size else part])
        if not size:
            return bytes([0x30 | qos << 1 | retained]) + length + body


def take_apart(stream: bytes) -> Pieces:
    return split(stream, arrival=NOW, connection=3)


@pytest.mark.parametrize("size", [0, 1, 100, 127, 128, 16_383, 16_384, 2_097_152])
@pytest.mark.parametrize("user", [0, 3])
def test_a_message_of_any_size_comes_out_as_it_went_in(size: int, user: int) -> None:
    payload = bytes(size)

    pieces = take_apart(publish(b"a/b", payload, mid=65_535, user=user))

    assert pieces.messages == [Message("a/b", payload, NOW, 65_535, 1, 3)]
    assert (pieces.others, pieces.rest) == (b"", b"")


def test_a_message_of_qos_0_has_no_number() -> None:
    assert take_apart(publish(b"a", b"x", qos=0)).messages == [Message("a", b"x", NOW, 0, 0, 3)]


def test_what_the_broker_kept_is_told_from_what_is_said_now() -> None:
    pieces = take_apart(publish(b"a", b"x", retained=True) + publish(b"a", b"y"))

    assert [message.retained for message in pieces.messages] == [True, False]


def test_packets_of_other_kinds_are_left_to_the_client_in_order() -> None:
    suback = b"\x90\x04\x00\x01\x00\x01"

    pieces = take_apart(suback + publish(b"a", b"x") + PINGRESP)

    assert (len(pieces.messages), pieces.others) == (1, suback + PINGRESP)


def test_a_topic_that_is_no_text_is_kept_readable() -> None:
    assert take_apart(publish(b"\xff\xfe", b"x")).messages[0].topic == repr(b"\xff\xfe")


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.binary(max_size=300)), max_size=8), st.data())
def test_a_stream_may_be_cut_anywhere(told: list[tuple[str, bytes]], data: st.DataObject) -> None:
    stream = b"".join(publish(topic.encode(), payload) + PINGRESP for topic, payload in told)
    heard, others, rest = [], b"", b""
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        pieces = take_apart(rest + stream[:cut])
        heard += [(message.topic, message.payload) for message in pieces.messages]
        others += pieces.others
        rest, stream = pieces.rest, stream[cut:]

    assert heard == told
    assert others == PINGRESP * len(told)
    assert rest == b""


@pytest.mark.parametrize(
    "stream",
    [
        b"\x32\x00",  # nothing at all
        b"\x32\x02\x00\x05",  # a topic beyond the end
        b"\x32\x04\x00\x01a\x00",  # no whole packet number
        b"\x32\x06\x00\x01a\x00\x07\x05",  # properties beyond the end
        b"\x32\xff\xff\xff\xff\x01",  # a length of five bytes
    ],
)
def test_what_is_no_mqtt_ends_the_connection(stream: bytes) -> None:
    with pytest.raises(Malformed):
        take_apart(stream)


@given(st.binary(max_size=300))
def test_random_bytes_never_raise_anything_else(stream: bytes) -> None:
    try:
        pieces = take_apart(stream)
    except Malformed:
        return
    assert len(pieces.others) + len(pieces.rest) <= len(stream)


def test_an_acknowledgement_is_a_puback_of_success() -> None:
    assert acknowledgement(0x1234) == b"\x40\x02\x12\x34"


def test_why_the_broker_ends_the_connection_is_read_and_left_to_the_client_too() -> None:
    taken_over = b"\xe0\x02\x8e\x00"
    pieces = take_apart(PINGRESP + taken_over)

    assert (pieces.farewell, pieces.others) == (0x8E, PINGRESP + taken_over)
    assert take_apart(b"\xe0\x00").farewell is None
