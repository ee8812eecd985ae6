"""What a message of WeCom says, as a report, and the answer to it. Pure but for the salt of an answer.

Source: 消息格式 and 被动回复消息格式, https://developer.work.weixin.qq.com/document/path/90239 and 90241.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from lxml import etree

from cases.life.details import CaseType
from citizens.errors import ReportUnusable
from citizens.reports import Channel, NewReport, check_moment, check_report
from cityops.geography.coordinates import Crs, to_wgs84
from portal.hooks.wecom_crypto import Envelope

LINES = {"text": ("Content",), "link": ("Title", "Description", "Url"), "image": ("PicUrl",)}


@dataclass(frozen=True, slots=True)
class WecomMessage:
    """The fields of a message by their names."""

    fields: Mapping[str, str]

    @property
    def is_event(self) -> bool:
        """Whether nobody said anything: somebody opened the application, say."""
        return self.fields.get("MsgType") == "event"

    @property
    def reference(self) -> str:
        """What WeCom calls the message: the same when it is sent again."""
        return self.fields.get("MsgId", "")


def read_xml(content: bytes) -> WecomMessage:
    """Return the fields of a flat document. Raises ReportUnusable. No entity and no document type is followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReportUnusable("body", "This is no XML.") from error
    return WecomMessage({str(part.tag): part.text or "" for part in root})


def report_of(message: WecomMessage, *, sender: str, now: datetime) -> NewReport | None:
    """Return what somebody reports; None for what cannot be read here, such as speech. Raises ReportUnusable."""
    fields, kind = message.fields, message.fields.get("MsgType", "")
    if not message.reference:
        raise ReportUnusable("MsgId", "The message has no name.")
    longitude = latitude = None
    address = ""
    if kind in LINES:
        said = "\n".join(text for name in LINES[kind] if (text := fields.get(name, "").strip()))
    elif kind == "location":
        longitude, latitude = _place(fields)
        said = address = " ".join(fields.get("Label", "").split())
    else:
        return None
    if not said:
        return None
    report = NewReport(
        channel=Channel.IMPORT,
        kind=CaseType.CASE,
        said=said.replace("\r\n", "\n").replace("\r", "\n"),
        longitude=longitude,
        latitude=latitude,
        address=address,
        sender=sender,
        reference=message.reference,
        received_at=_moment(fields.get("CreateTime", ""), now),
    )
    check_report(report)
    return report


def write_text(message: WecomMessage, text: str, *, now: datetime) -> bytes:
    """Return an answer in words, as it is before encryption."""
    fields = {
        "ToUserName": message.fields.get("FromUserName", ""),
        "FromUserName": message.fields.get("ToUserName", ""),
        "CreateTime": f"{now.timestamp():.0f}",
        "MsgType": "text",
        "Content": text,
    }
    return _document(fields)


def write_envelope(envelope: Envelope) -> bytes:
    """Return an answer under encryption as a document."""
    fields = {
        "Encrypt": envelope.sealed,
        "MsgSignature": envelope.signature,
        "TimeStamp": envelope.timestamp,
        "Nonce": envelope.nonce,
    }
    return _document(fields)


def _document(fields: Mapping[str, str]) -> bytes:
    return f"<xml>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in fields.items())}</xml>".encode()


def _place(fields: Mapping[str, str]) -> tuple[float, float]:
    """Return where somebody is: WeCom tells it as Chinese maps do (GCJ-02), the latitude as X."""
    try:
        return to_wgs84(float(fields.get("Location_Y", "")), float(fields.get("Location_X", "")), Crs.GCJ02)
    except ValueError as error:
        raise ReportUnusable("longitude", "This is no place on the earth.") from error


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromtimestamp(int(text), UTC)
        check_moment(moment, now)
    except (ValueError, OverflowError, OSError):
        return now
    return moment
