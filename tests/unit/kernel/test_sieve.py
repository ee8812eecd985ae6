"""What a blocked sensor sends through the embedded broker's front: nobody hears it, in whatever pieces it comes."""

import random

import pytest

from cityops.embedded.mqtt.broker_access import Access, Refused
from cityops.embedded.mqtt.mqtt_packets import Hello, Malformed
from cityops.embedded.mqtt.sieve import PacketFilter

BLOCKED = frozenset({"GAS-1"})


def packet(first: int, body: bytes) -> bytes:
    length, number = b"", len(body)
    while True:
        length += bytes([number % 128 | (0x80 if number > 127 else 0)])
        number //= 128
        if not number:
            return bytes([first]) + length + body


def publish(topic: str, payload: bytes = b"{}", *, first: int = 0x33) -> bytes:
    """QoS 1, retained."""
    return packet(first, len(topic).to_bytes(2, "big") + topic.encode() + b"\x00\x07" + payload)


GOOD = publish("cityops/1/emergency/GAS-2/telemetry")
STREAM = [
    packet(0xC0, b""),
    GOOD,
    publish("cityops/1/emergency/GAS-1/telemetry", b"x" * 300),
    publish("cityops/1/emergency/GAS-1/a/b/c", b"y" * 20_000),
    packet(0x40, b"\x00\x01"),
    publish("cityops/1/emergency/GAS-1", b"", first=0x31),
    GOOD,
]
HEARD = [
    *STREAM[:2],
    publish("-ityops/1/emergency/GAS-1/telemetry", b"x" * 300, first=0x32),
    publish("-ityops/1/emergency/GAS-1/a/b/c", b"y" * 20_000, first=0x32),
    STREAM[4],
    publish("-ityops/1/emergency/GAS-1", b"", first=0x30),
    GOOD,
]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 100, 4096, 10**6])
def test_a_blocked_sensor_is_taken_out_in_whatever_pieces_it_comes(piece: int) -> None:
    sieve, stream = PacketFilter(lambda: BLOCKED), b"".join(STREAM)
    out = b"".join(sieve.feed(stream[start : start + piece]) for start in range(0, len(stream), piece))

    assert out == b"".join(HEARD)


def test_without_anybody_blocked_every_byte_goes_through() -> None:
    chance, stream = random.Random(3), b"".join(STREAM * 5)
    sieve, out, start = PacketFilter(frozenset), b"", 0
    while start < len(stream):
        size = chance.randint(1, 900)
        out += sieve.feed(stream[start : start + size])
        start += size

    assert out == stream


def test_who_is_blocked_may_change_within_a_stream() -> None:
    blocked: set[str] = set()
    sieve, told = PacketFilter(lambda: blocked), publish("cityops/1/emergency/GAS-1/telemetry")
    assert sieve.feed(told) == told
    blocked.add("GAS-1")
    assert sieve.feed(told) != told


def test_nobody_connects_under_a_blocked_id_or_account() -> None:
    access = Access("s" * 20, most_strangers=9, blocked=lambda: BLOCKED)
    for client_id, username, refused in [("GAS-1", "", True), ("x", "GAS-1", True), ("GAS-10", "", False)]:
        if refused:
            with pytest.raises(Refused), access.enter(Hello(4, client_id, username)):
                pass
        else:
            with access.enter(Hello(4, client_id, username)):
                pass


@pytest.mark.parametrize("bytes_", [b"\x30\x00", b"\x30\x01a", b"\x30\x02\xff\xff", b"\x32\x04\x00\x09ab"])
def test_a_packet_that_is_too_short_is_left_to_the_broker(bytes_: bytes) -> None:
    assert PacketFilter(lambda: BLOCKED).feed(bytes_) == bytes_


def test_what_is_no_mqtt_ends_the_connection() -> None:
    with pytest.raises(Malformed):
        PacketFilter(lambda: BLOCKED).feed(b"\x30\xff\xff\xff\xff\xff")


@pytest.mark.parametrize("topic", ["cityops-warnings", "cityops-warnings/310115/rain", "v1.1/Observations"])
def test_nobody_but_our_services_warns(topic: str) -> None:
    said = publish(topic, b"<alert/>")

    assert PacketFilter(frozenset).feed(said) == publish("-" + topic[1:], b"<alert/>", first=0x32)
    assert PacketFilter(frozenset, is_service=True).feed(said) == said


def test_nobody_but_our_services_warns_by_dying() -> None:
    access = Access("secret", most_strangers=5)

    with pytest.raises(Refused), access.enter(Hello(5, "x", will="cityops-warnings/310115/rain")):
        pass
    with access.enter(Hello(5, "x", "service", "secret", will="cityops-warnings/310115/rain")):
        pass
