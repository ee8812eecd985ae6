"""Decoders are pure: topic and bytes in, readings out, or a refusal that names the field."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cityops.clock import microseconds
from cityops.devices.topics import BROKER_DROPPED
from ingest.decoders import decode
from ingest.errors import Undecodable
from ingest.messages import NO_SEQ, Cleared, DropCount, Fragments, Message, ReadingsMessage, Registration, StatusReport

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
    [
        "2026-03-01T08:00:00+08:00",
        "2026-03-01T00:00:00Z",
        "2026-02-28T16:00:00-08:00",
        1772323200000,
        1772323200000.0,
        "1772323200000",
    ],
)
def test_every_form_of_time_is_the_same_moment(time: str | float) -> None:
    content = decode(message("telemetry", {"time": time, "values": {"pm25": 35}, "seq": 1}))

    assert isinstance(content, ReadingsMessage)
    assert [moment.time for moment in content.moments] == [microseconds(NOW)]


def test_an_array_holds_several_moments() -> None:
    entries = [{"time": 1772323200000 + n, "values": {"pm25": n, "no2": n}} for n in range(3)]

    content = decode(message("telemetry", entries))

    assert isinstance(content, ReadingsMessage)
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
        ({"time": True, "values": {"pm25": 1}}, "time"),
        (b'{"time": 1772323200000, "time": 1772323200001, "values": {"pm25": 1}}', "time"),
        ({"time": "2026-03-01T00:00:00Z", "values": [1]}, "values"),
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


T = "2026-03-01T00:00:00Z"


def parts(channel: str, payload: object) -> list[tuple[str, float | str | None]]:
    """Return the values of a message that is taken apart, or the field at fault, in order."""
    content = decode(message(channel, payload))
    assert isinstance(content, Fragments)
    found: list[tuple[str, float | str | None]] = []
    for fragment in content.fragments:
        found += [("", fragment.error.field)] if fragment.error else []
        found += [(part.name, part.error.field if part.error else part.value) for part in fragment.parts]
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ('{"no2": 1, "pm25": NaN}', [("no2", 1), ("pm25", "values.pm25")]),
        ('{"no2": 1, "pm25": -Infinity}', [("no2", 1), ("pm25", "values.pm25")]),
        ('{"no2": 1, "pm25": 1e999}', [("no2", 1), ("pm25", "values.pm25")]),
        ('{"no2": 1, "pm25": true}', [("no2", 1), ("pm25", "values.pm25")]),
        ('{"no2": 1, "pm25": {"value": 2}}', [("no2", 1), ("pm25", "values.pm25")]),
        ('{"no2": "1.5", "pm25": " -2e1 "}', [("no2", 1.5), ("pm25", -20)]),
        ('{"no2": "1,5", "o3": "", "co": "nan", "pm10": "1_0"}',
         [("no2", "values.no2"), ("o3", "values.o3"), ("co", "values.co"), ("pm10", "values.pm10")]),
        ('{"no2": null, "pm25": "2"}', [("no2", None), ("pm25", 2)]),
        ('{"no2": 1, "no2": 2}', [("no2", 1), ("no2", 2)]),
    ],
)  # fmt: skip
def test_one_wrong_value_leaves_the_others(values: str, expected: list[tuple[str, float | str | None]]) -> None:
    assert parts("telemetry", f'{{"time": "{T}", "values": {values}}}'.encode()) == expected


def test_one_wrong_object_leaves_the_others_of_an_array() -> None:
    good = {"time": T, "values": {"no2": 1}}
    array = [good, 7, {"time": 1}, {"values": {"no2": 2}}, {"time": "now", "values": {"no2": 3}}, good]

    found = parts("telemetry", array)

    assert found == [("no2", 1), ("", "payload"), ("", "values"), ("", "time"), ("", "time"), ("no2", 1)]


def test_a_part_is_written_as_it_came() -> None:
    payload = f'{{"time": "{T}", "values": {{"no2": 1.50, "pm25": [1e999, "半", {{}}, null]}}, "seq": 9}}'.encode()

    content = decode(message("telemetry", payload))

    assert isinstance(content, Fragments)
    assert [part.write() for part in content.fragments[0].parts] == [
        f'{{"time": "{T}", "values": {{"no2": 1.50}}}}',
        f'{{"time": "{T}", "values": {{"pm25": [1e999, "半", {{}}, null]}}}}',
    ]


@pytest.mark.parametrize(
    ("channel", "document"),
    [
        ("telemetry", {"time": T, "values": {"pm25": 1}}),
        ("meta", {"kind": "air_station", "name": "外滩", "lon": 121, "lat": 31}),
    ],
)
def test_a_byte_order_mark_is_passed_over(channel: str, document: object) -> None:
    payload = json.dumps(document).encode()
    found, marked = decode(message(channel, payload)), decode(message(channel, b"\xef\xbb\xbf" + payload))

    assert isinstance(found, ReadingsMessage | Registration)
    assert str(marked) == str(found)


def test_a_missing_value_costs_no_time() -> None:
    """A probe that is broken for weeks sends null with every message: it stays on the fast way."""
    content = decode(message("telemetry", {"time": T, "values": {"pm25": 1, "no2": None}}))

    assert isinstance(content, ReadingsMessage)
    assert list(content.moments[0].values) == [("pm25", 1), ("no2", None)]


def senml(pack: object) -> list[tuple[int | None, list[tuple[str, float | None, str | None]]]]:
    content = decode(message("senml", pack))
    assert isinstance(content, Fragments)
    return [
        (fragment.time, [(part.name, part.value, part.unit) for part in fragment.parts])
        for fragment in content.fragments
    ]


def test_senml_resolves_base_fields_as_the_vector_says() -> None:
    """Standards 7.1; the boolean record of the vector is refused by name, so it is left out here."""
    pack = [
        {"bn": "urn:dev:mac:0024befffe804ff1:", "bt": 1772323200, "bu": "ug/m3", "bver": 10, "n": "pm25"}
        | {"v": 61, "t": -60},
        {"n": "pm10", "v": 118},
        {"n": "leq", "u": "dB", "v": 63.4, "t": -30},
    ]  # fmt: skip

    assert senml(pack) == [
        (1772323140_000000, [("pm25", 61.0, "ug/m3")]),
        (1772323200_000000, [("pm10", 118.0, "ug/m3")]),
        (1772323170_000000, [("leq", 63.4, "dB")]),
    ]


def test_senml_records_of_one_time_are_one_report() -> None:
    pack = [{"bt": 1772323200, "n": "pm25", "v": 1}, {"n": "no2", "v": 2}, {"n": "pm25", "v": 3, "t": 1}]

    assert [values for _, values in senml(pack)] == [[("pm25", 1, None), ("no2", 2, None)], [("pm25", 3, None)]]


def test_senml_time_without_a_base_is_relative_to_now() -> None:
    found = senml([{"bn": "x:", "n": "a", "v": 1, "t": -5}, {"n": "b", "v": 2}])

    assert [time for time, _ in found] == [microseconds(NOW) - 5_000_000, microseconds(NOW)]


@pytest.mark.parametrize(("seconds", "is_absolute"), [(2**28 - 1, False), (2**28, True), (2**29 - 1, True)])
def test_senml_times_from_1978_on_are_of_the_calendar(seconds: int, is_absolute: bool) -> None:
    """RFC 8428, 4.5.3: what is smaller than 2**28 seconds is relative to now."""
    ((time, _),) = senml([{"bn": "x:", "n": "a", "v": 1, "t": seconds}])

    assert time == seconds * 1_000_000 + (0 if is_absolute else microseconds(NOW))


def test_senml_adds_the_base_value() -> None:
    assert senml([{"bn": "x:", "bv": 20, "n": "a", "v": 1.5}])[0][1] == [("a", 21.5, None)]


def test_one_wrong_senml_record_leaves_the_pack() -> None:
    pack = [
        {"bn": "urn:dev:mac:0024befffe804ff1:", "bt": 1772323200, "n": "pm25", "v": 1},
        {"n": "tamper", "vb": False},
        {"n": "o3", "v": None},
        {"n": "-no2", "v": 2, "bn": ""},
        {"n": "no2", "v": "3", "t": 1e30},
        "no record",
        {"n": "co", "v": "4"},
    ]

    assert parts("senml", pack) == [
        ("pm25", 1), ("tamper", "tamper.vb"), ("o3", None), ("", "n"), ("", "t"), ("", "payload"), ("co", 4)
    ]  # fmt: skip


def test_a_senml_record_alone_has_all_that_it_needs() -> None:
    pack = [{"bn": "x:", "bt": 1772323200, "bv": 1e308, "n": "pm25", "v": 1.7e308}, {"n": "no2", "vs": "high"}]
    content = decode(message("senml", pack))

    assert isinstance(content, Fragments)
    assert [part.write() for part in content.fragments[0].parts] == [
        '[{"bn": "x:", "bt": 1772323200, "bv": 1e+308, "n": "pm25", "v": 1.7e+308}]',
        '[{"bn": "x:", "bt": 1772323200, "bv": 1e+308, "n": "no2", "vs": "high"}]',
    ]


@pytest.mark.parametrize(
    ("names", "devices"),
    [
        (["urn:dev:a:pm25", "urn:dev:b:pm25"], 2),
        (["a/pm25", "b/no2"], 2),
        (["urn:dev:mac:0024befffe804ff1:air:pm25", "urn:dev:mac:0024befffe804ff1:leq"], 1),
        (["urn:dev:a:pm25", "no2"], 1),
    ],
)
def test_a_senml_pack_is_of_one_device(names: list[str], devices: int) -> None:
    pack = [{"bt": 1772323200, "n": name, "v": number} for number, name in enumerate(names)]

    if devices == 1:
        assert len(parts("senml", pack)) == 2
    else:
        assert refusal("senml", pack).field == "n"


@pytest.mark.parametrize(
    ("seq", "expected"),
    [(0, 0), (7, 7), (2**53, 2**53), (2**53 + 1, NO_SEQ), (10**30, NO_SEQ), (-1, NO_SEQ), (None, NO_SEQ)],
)
def test_a_report_has_its_number_and_size(seq: int | None, expected: int) -> None:
    entries = [{"time": 1772323200000, "values": {"pm25": 1, "no2": 2}} | ({} if seq is None else {"seq": seq})]

    content = decode(message("telemetry", entries))

    assert isinstance(content, ReadingsMessage)
    assert [(moment.seq, len(moment.values)) for moment in content.moments] == [(expected, 2)]


@pytest.mark.parametrize(
    ("pack", "field"),
    [
        ([{"n": "pm25", "v": 1, "must_": 1}], "must_"),
        ([{"n": "pm25", "v": 1, "bver": 11}], "bver"),
        ([{"n": "pm25", "v": 1, "bt": "now"}], "bt"),
        ([{"n": "pm25", "v": 1, "bn": 7}], "bn"),
        ([], "payload"),
        ({"n": "pm25", "v": 1}, "payload"),
    ],
)
def test_senml_that_cannot_be_read_is_refused_by_field(pack: object, field: str) -> None:
    assert refusal("senml", pack).field == field


def test_a_registration_in_gcj02_is_stored_in_wgs84() -> None:
    """The Shanghai point of docs/reference/standards.md#coordinates."""
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
