"""Messages of WeCom: its published samples are read, every other sign is refused, and answers can be read by it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens.errors import ReportUnusable
from citizens.reports import Channel
from portal.hooks.errors import Unsigned
from portal.hooks.wecom_crypto import WINDOW, Envelope, WecomKey, read_key, seal, sign, unseal
from portal.hooks.wecom_messages import WecomMessage, read_xml, report_of, write_envelope, write_text

# The sample that WeCom's own library comes with.
CORP = "wx5823bf96d3bd56c7"
KEY = WecomKey("QDG6eK", read_key("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"))
OTHER = WecomKey("QDG6eK", read_key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"))
GREETING = Envelope(
    "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "1409659589",
    "263014780",
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
)
MESSAGE = Envelope(
    "477715d11cdb4164915debcba66cb864d751f3e6",
    "1409659813",
    "1372623149",
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUU"
    "kSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0e"
    "kUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0"
    "+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8"
    "R07+qN+E7Q==",
)
AT = 1409659813
NOW = datetime.fromtimestamp(AT, UTC)


def resigned(envelope: Envelope, key: WecomKey = KEY) -> Envelope:
    """Return an envelope with the right signature of its token."""
    return replace(envelope, signature=sign(key.token, envelope.timestamp, envelope.nonce, envelope.sealed))


def test_the_published_samples_are_read() -> None:
    word, key = unseal([OTHER, KEY], GREETING, receiver=CORP, now=1409659589)
    assert (word, key) == (b"1616140317555161061", KEY)
    content, _ = unseal([KEY], MESSAGE, receiver=CORP, now=AT)
    report = report_of(read_xml(content), sender="wecom", now=NOW)
    assert report is not None
    assert (report.said, report.reference, report.channel) == ("hello", "4561255354251345929", Channel.IMPORT)
    assert report.received_at == NOW
    assert (report.sender, report.device, report.contact.is_empty) == ("wecom", "", True)


@pytest.mark.parametrize(
    "envelope",
    [
        replace(MESSAGE, signature="477715d11cdb4164915debcba66cb864d751f3e7"),
        replace(MESSAGE, signature=""),
        replace(MESSAGE, signature="é"),
        replace(MESSAGE, nonce="1372623148"),
        replace(MESSAGE, timestamp=f"{AT + 1}"),
        replace(MESSAGE, sealed=MESSAGE.sealed[:-8] + "AAAAAAA="),
        resigned(replace(MESSAGE, sealed="")),
        resigned(replace(MESSAGE, sealed="QUJD")),
        resigned(replace(MESSAGE, sealed="no base64")),
        resigned(replace(MESSAGE, sealed=MESSAGE.sealed[:64])),
        resigned(replace(MESSAGE, timestamp="soon")),
        resigned(seal(KEY, b"<xml/>", receiver="another", timestamp=f"{AT}", nonce="1")),
        resigned(seal(OTHER, b"<xml/>", receiver=CORP, timestamp=f"{AT}", nonce="1")),
    ],
)
def test_what_is_one_sign_off_is_unknown(envelope: Envelope) -> None:
    with pytest.raises(Unsigned):
        unseal([KEY], envelope, receiver=CORP, now=AT)


def test_a_message_is_good_for_five_minutes() -> None:
    for late in (-WINDOW - 1, WINDOW + 1):
        with pytest.raises(Unsigned, match="5 minutes"):
            unseal([KEY], MESSAGE, receiver=CORP, now=AT + late)


@given(st.binary(max_size=300))
def test_an_answer_can_be_read_by_who_has_the_key(text: bytes) -> None:
    envelope = seal(KEY, text, receiver=CORP, timestamp=f"{AT}", nonce="n")
    assert unseal([KEY], envelope, receiver=CORP, now=AT) == (text, KEY)


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, "a" * 42 + "é", "a" * 42 + "="])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="43"):
        read_key(text)


def message(**fields: str) -> WecomMessage:
    usual = {"ToUserName": CORP, "FromUserName": "li", "CreateTime": f"{AT}", "MsgType": "text", "MsgId": "1"}
    return WecomMessage(usual | fields)


def test_a_place_is_turned_from_that_of_chinese_maps() -> None:
    report = report_of(
        message(MsgType="location", Location_X="31.90", Location_Y="118.80", Label="光明路 8 号"), sender="w", now=NOW
    )
    assert report is not None
    assert (report.said, report.address) == ("光明路 8 号", "光明路 8 号")
    assert report.longitude is not None
    assert 0.001 < 118.80 - report.longitude < 0.02  # GCJ-02 lies some hundred metres to the east


@pytest.mark.parametrize(
    "fields",
    [
        {"MsgType": "voice"},
        {"MsgType": "text", "Content": " "},
        {"MsgType": "location", "Location_X": "1", "Location_Y": "2"},
    ],
)
def test_what_says_nothing_is_no_report(fields: dict[str, str]) -> None:
    assert report_of(message(**fields), sender="w", now=NOW) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"MsgId": "", "Content": "hello"},
        {"Content": "x" * 4001},
        {"MsgType": "location", "Location_X": "north", "Location_Y": "1", "Label": "a"},
        {"MsgType": "location", "Location_X": "91", "Location_Y": "1", "Label": "a"},
    ],
)
def test_what_cannot_be_a_report_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ReportUnusable):
        report_of(message(**fields), sender="w", now=NOW)


def test_a_time_of_another_world_is_now() -> None:
    for text in ("", "soon", "99999999999999999999", f"{AT + 10**7}"):
        report = report_of(message(Content="hello", CreateTime=text), sender="w", now=NOW)
        assert report is not None
        assert report.received_at == NOW


def test_no_entity_of_a_document_is_followed() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
    file = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>'
    for content in (bomb, file):
        assert read_xml(content).fields == {"Content": ""}
    for content in (b"", b"<xml>", b"\xff", b"{}"):
        with pytest.raises(ReportUnusable):
            read_xml(content)


def test_words_of_an_answer_are_text() -> None:
    answer = read_xml(write_text(message(FromUserName="<li>"), "已收到 <b>&", now=NOW))
    assert answer.fields["Content"] == "已收到 <b>&"
    assert (answer.fields["ToUserName"], answer.fields["FromUserName"]) == ("<li>", CORP)
    assert read_xml(write_envelope(MESSAGE)).fields["MsgSignature"] == MESSAGE.signature
