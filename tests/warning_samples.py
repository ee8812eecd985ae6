"""Senders, keys and messages for the tests of public warnings."""

import json
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from shapely import box

from cap.identifiers import identifier_of
from cap.key_files import make_pair
from cap.messages.message import (
    CapMessage,
    CapStatus,
    Category,
    Certainty,
    Info,
    MsgType,
    Severity,
    Urgency,
    WarnedArea,
)
from cap.messages.signatures import CapSigner
from cap.messages.writing import write_message
from cityops.storage import Transaction, load_queries

SQL = load_queries("cap")
NOW = datetime(2026, 7, 1, 0, 15, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
SENDER = "eoc@example.gov.cn"
OTHER = "other@example.com"
SQUARE = ((31.1, 121.4), (31.3, 121.4), (31.3, 121.7), (31.1, 121.7), (31.1, 121.4))

OUTLINES = {
    "990101": box(121.35, 31.05, 121.45, 31.15),
    "990102": box(121.65, 31.25, 121.8, 31.4),
    "990103": box(120, 30, 120.1, 30.1),
}

# The smallest message of docs (standards, CAP 1.2), which the schema takes.
SMALLEST = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>31000041600000_20260701081500_0</identifier>'
    "<sender>eoc@example.gov.cn</sender><sent>2026-07-01T08:15:00+08:00</sent><status>Exercise</status>"
    "<msgType>Alert</msgType><scope>Public</scope><info><language>zh-CN</language><category>Met</category>"
    "<event>暴雨橙色预警</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>"
    "<effective>2026-07-01T08:15:00+08:00</effective><expires>2026-07-01T14:15:00+08:00</expires>"
    "<headline>暴雨橙色预警信号</headline><area><areaDesc>浦东新区</areaDesc>"
    "<polygon>31.10,121.40 31.30,121.40 31.30,121.70 31.10,121.70 31.10,121.40</polygon>"
    "<geocode><valueName>GB2260</valueName><value>310115</value></geocode></area></info></alert>"
)


def pair(name: str = SENDER) -> tuple[str, str]:
    """A key and its certificate (PEM), in force for all of these tests: the same each time."""
    return _pair(name)


@cache
def _pair(name: str) -> tuple[str, str]:
    return make_pair(name, now=datetime(2026, 1, 1, tzinfo=UTC), years=20)


def signer(name: str = SENDER) -> CapSigner:
    return CapSigner(*pair(name))


def certificate(name: str = SENDER) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair(name)[1].encode())


def certificate_pem(name: str = SENDER) -> bytes:
    return certificate(name).public_bytes(serialization.Encoding.PEM)


def pinned() -> dict[str, list[x509.Certificate]]:
    """The senders that this city knows."""
    return {name: [certificate(name)] for name in (SENDER, OTHER)}


def signed(message: CapMessage, name: str = SENDER) -> bytes:
    return signer(name).sign(write_message(message, BEIJING))


def an_info(**changed: object) -> Info:
    values: dict[str, object] = {
        "language": "zh-CN",
        "categories": (Category.MET,),
        "event": "暴雨橙色预警",
        "urgency": Urgency.EXPECTED,
        "severity": Severity.SEVERE,
        "certainty": Certainty.LIKELY,
        "effective": NOW,
        "expires": NOW + timedelta(hours=6),
        "headline": "暴雨橙色预警信号",
        "areas": (WarnedArea("浦东新区", (SQUARE,), geocodes=(("GB2260", "310115"),)),),
    }
    return Info(**(values | changed))  # type: ignore[arg-type]


def a_message(**changed: object) -> CapMessage:
    values: dict[str, object] = {
        "identifier": "31000041600000_20260701081500_0",
        "sender": SENDER,
        "sent": NOW,
        "status": CapStatus.ACTUAL,
        "msg_type": MsgType.ALERT,
        "infos": (an_info(),),
    }
    return CapMessage(**(values | changed))  # type: ignore[arg-type]


def keep_message(
    tx: Transaction,
    *,
    sent: datetime,
    serial: int = 0,
    act: str = "Alert",
    severity: int = 2,
    status: CapStatus = CapStatus.ACTUAL,
    expires: datetime | None = None,
) -> tuple[str, bytes]:
    """Store a signed message of a warning of its own as `watch` does; return its identifier and its bytes."""
    until = expires or sent + timedelta(hours=6)
    identifier = identifier_of("31000041600000", sent, serial)
    info = an_info(effective=sent, expires=until)
    message = a_message(identifier=identifier, sent=sent, status=status, infos=(info,))
    content = signer().sign(write_message(message, BEIJING))
    texts = {
        code: {
            "event": "暴雨橙色预警",
            "headline": f"{code} <暴雨> & {act}",
            "description": f"{code} 一小时雨量超过 50 毫米",
            "instruction": "不要外出",
            "sender": "市应急局",
            "areas": "浦东新区",
        }
        for code in ("zh-CN", "en")
    }
    warning_id = tx.value(SQL["open_warning"], event=f"rain{serial}", area_code="990101", now=sent)
    tx.execute(
        SQL["store_message"],
        warning_id=warning_id,
        identifier=identifier,
        sender=SENDER,
        sent=sent,
        status=status,
        act=act,
        severity=severity,
        areas=["990101"],
        expires=until,
        texts=json.dumps(texts),
        approved_by="",
        outline=None,
        content=content,
    )
    return identifier, content


def propose_warning(tx: Transaction, area_code: str, now: datetime, *, severity: int = 2) -> int:
    """Have a warning of a district wait for a person; return the number of the proposal."""
    texts = {
        code: {
            "event": "暴雨",
            "headline": f"{code} 暴雨橙色预警",
            "description": "一小时雨量超过 50 毫米",
            "instruction": "不要外出",
        }
        for code in ("zh-CN", "en")
    }
    warning_id = tx.value(SQL["open_warning"], event="rain", area_code=area_code, now=now)
    return int(
        tx.value(
            SQL["propose_warning"],
            warning_id=warning_id,
            act="Alert",
            severity=severity,
            areas=[area_code],
            texts=json.dumps(texts),
            now=now,
        )
    )
