"""Warnings of others in the database: each once, in the transaction that judges it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from cap.incoming.judging import Believed, Doubted, judge, key_of
from cap.messages.signatures import Pinned
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cap")
WATCH = "cap watch"
MOST_QUARANTINED = 500


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message as it was judged, and whether it was not known before."""

    found: Believed | Doubted
    is_new: bool


def read_outlines(tx: Transaction) -> dict[str, BaseGeometry]:
    """Return the districts of the city with their outlines; an empty one where nobody drew any."""
    return {
        row["code"]: shapely.make_valid(shapely.from_geojson(msgspec.json.encode(row["geometry"])))
        if row["geometry"] is not None
        else shapely.Polygon()
        for row in tx.rows(SQL["city_outlines"])
    }


def receive(
    tx: Transaction, content: bytes, pinned: Pinned, outlines: Mapping[str, BaseGeometry], *, source: str, now: datetime
) -> KeptMessage:
    """Judge and keep a message."""
    found = judge(content, pinned, outlines, now=now)
    if isinstance(found, Doubted):
        is_new = _keep_doubted(tx, found, source, now)
    else:
        is_new = _keep(tx, found, content, source, now)
        tx.execute(SQL["end_quarantined"], digest=hashlib.sha256(content).hexdigest())
    return KeptMessage(found, is_new)


def _keep(tx: Transaction, found: Believed, content: bytes, source: str, now: datetime) -> bool:
    message = found.message
    stored = tx.value(
        SQL["store_received"],
        sender=message.sender,
        identifier=message.identifier,
        sent=message.sent,
        status=message.status,
        msg_type=message.msg_type,
        severity=found.severity,
        is_clear=found.is_clear,
        expires=found.expires,
        expires_assumed=found.expires_assumed,
        texts=msgspec.json.encode(found.texts).decode(),
        area_codes=list(found.area_codes),
        event_codes=list(found.event_codes),
        outline=found.outline,
        referred=found.referred,
        own=key_of(message.key),
        source=source,
        now=now,
        content=content,
    )
    if stored is None:
        return False
    if found.referred:
        tx.execute(SQL["replace_received"], sender=message.sender, referred=found.referred, now=now)
    detail = {"sender": message.sender, "type": message.msg_type, "status": message.status, "source": source}
    record(tx, WATCH, "warning.receive", message.identifier, at=now, origin=WATCH, detail=detail)
    return True


def _keep_doubted(tx: Transaction, found: Doubted, source: str, now: datetime) -> bool:
    stored = tx.value(
        SQL["store_quarantined"],
        digest=found.digest,
        sender=found.sender,
        identifier=found.identifier,
        headline=found.headline,
        reason=found.doubt,
        source=source,
        now=now,
    )
    tx.execute(SQL["bound_quarantine"], most=MOST_QUARANTINED)
    return stored is not None
