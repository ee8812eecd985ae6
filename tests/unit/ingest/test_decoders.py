"""Decoders are pure: topic and bytes in, readings out, or a refusal that names the field."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cityops.clock import microseconds
from cityops.topics import BROKER_DROPPED
from ingest.decoders import decode
from ingest.errors import Undecodable
from ingest.messages import NO_SEQ, Cleared, DropCount, Message, Moment, Readings, Registration, StatusReport

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOPIC = "cityops/990101/environment/AQ-1/"


def message(channel: str, payload: object, topic: str = TOPIC) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(topic + channel, body, NOW)


def refusal(channel: str, payload: object, topic: str = TOPIC) -> Undecodable:
    with pytest.raises(Undecodable) as caught:
        decode(message(channel, payload, topic))
    return caught.value


@pytest.mark.parametrize(
    "time",
    ["2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00Z", "2026-02-28T16:00:00-08:00", 1772323200000],
)
def test_every_form_of_time_is_the_same_moment(time: str | int) -> None:
    content = decode(message("telemetry", {"time": time, "values": {"pm25": 35}, "seq": 1}))

    assert isinstance(content, Readings)
    assert [moment.time for moment in content.moments] == [microseconds(NOW)]


def test_an_array_holds_several_moments() -> None:
    entries = [{"time": 1772323200000 + n, "values": {"pm25": n, "no2": n}} for n in range(3)]

    content = decode(message("telemetry", entries))

    assert isinstance(content, Readings)
    assert [list(moment.values) for moment in content.moments] == [
        [("pm25", float(n)), ("no2", float(n))] for n in range(3)
    ]


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (b"{not json", "payload"),
        (b"", "payload"),
        (b"\xff\xfe", "payload"),
        (b"[" * 5000, "payload"),
        (b"[]", "values"),
        ({"values": {"pm25": 1}}, "time"),
        ({"time": "2026-03-01T00:00:00Z"}, "values"),
        ({"time": "2026-03-01T00:00:00Z", "values": {}}, "values"),
        ({"time": "2026-03-01T08:00:00", "values": {"pm25": 1}}, "time"),
        ({"time": "yesterday", "values": {"pm25": 1}}, "time"),
        ({"time": 10**18, "values": {"pm25": 1}}, "time"),
        ({"time": 1.5, "values": {"pm25": 1}}, "time"),
        ({"time": "2026-03-01T00:00:00Z", "values": {"pm25": "35"}}, "values.pm25"),
        ({"time": "2026-03-01T00:00:00Z", "values": {"no2": 1, "pm25": True}}, "values.pm25"),
        (b'{"time": "2026-03-01T00:00:00Z", "values": {"pm25": NaN}}', "values.pm25"),
        (b'{"time": "2026-03-01T00:00:00Z", "values": {"no2": 1, "pm25": -Infinity}}', "values.pm25"),
        (b'[{"time": 1, "values": {"no2": 1e999}}]', "values.no2"),
        (b'[{"time": 1, "values": {"no2": 1}}, {"time": 1}]', "values"),
        (b'"hello"', "payload"),
    ],
)
def test_a_malformed_payload_is_refused_by_field(payload: object, field: str) -> None:
    assert refusal("telemetry", payload).field == field


@pytest.mark.parametrize(
    ("topic", "field"),
    [
        ("cityops/990101/environment/AQ-1", "topic"),
        ("elsewhere/990101/environment/AQ-1/telemetry", "topic"),
        ("cityops/pudong/environment/AQ-1/telemetry", "topic.area"),
        ("cityops/990101/environment/A Q/telemetry", "topic.sensor"),
        ("cityops/990101/environment/AQ-1/video", "topic.channel"),
        ("cityops/９９/environment/AQ-1/telemetry", "topic.area"),
    ],
)
def test_a_wrong_topic_is_refused_by_level(topic: str, field: str) -> None:
    assert refusal("", {}, topic).field == field


def test_senml_resolves_base_fields_as_the_vector_says() -> None:
    """Standards 7.1; the boolean record of the vector is refused by name, so it is left out here."""
    pack = [
        {"bn": "urn:dev:mac:0024befffe804ff1:", "bt": 1772323200, "bu": "ug/m3", "bver": 10, "n": "pm25"}
        | {"v": 61, "t": -60},
        {"n": "pm10", "v": 118},
        {"n": "leq", "u": "dB", "v": 63.4, "t": -30},
    ]  # fmt: skip

    content = decode(message("senml", pack))

    assert isinstance(content, Readings)
    assert content.moments == [
        Moment(1772323140_000000, [("pm25", 61.0)], units=("ug/m3",)),
        Moment(1772323200_000000, [("pm10", 118.0)], units=("ug/m3",)),
        Moment(1772323170_000000, [("leq", 63.4)], units=("dB",)),
    ]


def test_senml_records_of_one_time_are_one_moment() -> None:
    pack = [{"bt": 1772323200, "n": "pm25", "v": 1}, {"n": "no2", "v": 2}, {"n": "pm25", "v": 3, "t": 1}]

    content = decode(message("senml", pack))

    assert isinstance(content, Readings)
    assert [list(moment.values) for moment in content.moments] == [[("pm25", 1), ("no2", 2)], [("pm25", 3)]]


def test_senml_time_without_a_base_is_relative_to_now() -> None:
    content = decode(message("senml", [{"bn": "x:", "n": "a", "v": 1, "t": -5}, {"n": "b", "v": 2}]))

    assert isinstance(content, Readings)
    assert [moment.time for moment in content.moments] == [microseconds(NOW) - 5_000_000, microseconds(NOW)]


def test_senml_adds_the_base_value() -> None:
    content = decode(message("senml", [{"bn": "x:", "bv": 20, "n": "a", "v": 1.5}]))

    assert isinstance(content, Readings)
    assert list(content.moments[0].values) == [("a", 21.5)]


@pytest.mark.parametrize(
    ("seq", "expected"), [(0, 0), (7, 7), (2**53, 2**53), (2**53 + 1, NO_SEQ), (-1, NO_SEQ), (None, NO_SEQ)]
)
def test_a_report_has_its_number_and_size(seq: int | None, expected: int) -> None:
    entries = [{"time": 1772323200000, "values": {"pm25": 1, "no2": 2}, "seq": seq}]

    content = decode(message("telemetry", entries))

    assert isinstance(content, Readings)
    assert [(moment.seq, len(moment.values)) for moment in content.moments] == [(expected, 2)]


@pytest.mark.parametrize(
    ("pack", "field"),
    [
        ([{"n": "tamper", "vb": False}], "tamper.vb"),
        ([{"n": "pm25", "vs": "high"}], "pm25.vs"),
        ([{"n": "pm25"}], "pm25.v"),
        ([{"n": "pm25", "v": 1, "must_": 1}], "must_"),
        ([{"n": "pm25", "v": 1, "bver": 11}], "bver"),
        ([{"n": "-pm25", "v": 1}], "n"),
        ([{"n": "pm25", "v": 1, "t": 1e30}], "t"),
        ([], "payload"),
        ({"n": "pm25", "v": 1}, "payload"),
    ],
)
def test_senml_that_is_no_reading_is_refused_by_field(pack: object, field: str) -> None:
    assert refusal("senml", pack).field == field


def test_a_registration_in_gcj02_is_stored_in_wgs84() -> None:
    """The Shanghai point of standards, section 8."""
    meta = {"kind": "air_station", "name": "外滩", "lon": 121.531541859, "lat": 31.175303984, "crs": "gcj02"}

    content = decode(message("meta", meta))

    assert isinstance(content, Registration)
    assert (content.sensor.lon, content.sensor.lat) == pytest.approx((121.5272106, 31.1774276), abs=1e-6)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lon": 181}, "lon"),
        ({"lat": "31"}, "lat"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"crs": "utm"}, "crs"),
        ({"kind": None}, "kind"),
    ],
)
def test_a_wrong_registration_is_refused_by_field(change: dict[str, object], field: str) -> None:
    meta = {"kind": "air_station", "name": "外滩", "lon": 121.5, "lat": 31.2} | change

    assert refusal("meta", meta).field == field


def test_status_is_online_or_offline() -> None:
    assert decode(message("status", b"offline")) == StatusReport("AQ-1", "offline")
    assert refusal("status", b"on").field == "payload"


@pytest.mark.parametrize("channel", ["status", "meta"])
def test_an_empty_retained_message_only_clears(channel: str) -> None:
    assert decode(message(channel, b"")) == Cleared()


def test_the_broker_counts_what_it_dropped() -> None:
    assert decode(Message(BROKER_DROPPED, b"42", NOW)) == DropCount(42)


@pytest.mark.parametrize(
    ("topic", "payload"), [(BROKER_DROPPED, b"-1"), (BROKER_DROPPED, b"9" * 19), ("$SYS/broker/uptime", b"7")]
)
def test_what_the_broker_is_not_asked_for_is_refused(topic: str, payload: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(Message(topic, payload, NOW))


@given(st.sampled_from(["telemetry", "senml", "meta", "status"]), st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(channel: str, payload: bytes) -> None:
    try:
        decode(message(channel, payload))
    except Undecodable as error:
        assert error.field
        assert error.reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["time", "values", "pm25", "n", "v", "t", "bn", "kind", "lon"]), children, max_size=5
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["telemetry", "senml", "meta"]), _JSON)
@example("telemetry", math.inf)
def test_random_json_never_raises_anything_else(channel: str, document: object) -> None:
    try:
        decode(message(channel, document))
    except Undecodable as error:
        assert error.field
        assert error.reason
