"""Whether a message of somebody else is believed, and what it says of this city. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from cap.errors import SignatureRefused, WarningUnusable
from cap.messages.message import CapMessage, CapScope, Info, MsgType, Reference, ResponseType
from cap.messages.outlines import area_shape, map_outline
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import Pinned, verify
from cap.warning_info import SEVERITIES

ASSUMED = timedelta(hours=24)  # so long holds what does not say until when
AHEAD = timedelta(minutes=15)  # so far may clocks differ: what was sent next year would hold until then
TOLD = ("event", "headline", "description", "instruction", "sender", "areas")
MOST_CODES = 50  # of its event
LONGEST_TOLD = 2000  # characters of a text that pages show


class Doubt(StrEnum):
    """Why a message is not believed."""

    UNREADABLE = "unreadable"
    SENDER = "sender"  # no certificate is pinned for it
    SIGNATURE = "signature"
    SCOPE = "scope"  # it is not for the public
    CLOCK = "clock"  # it was sent in the future: their clock is wrong, or ours


@dataclass(frozen=True, slots=True)
class Believed:
    """A message of a sender that we know, in our terms. `severity` as ours, None: it does not say.

    `area_codes`: the districts that it is about; none: it is about elsewhere.
    """

    message: CapMessage
    severity: int | None
    is_clear: bool
    expires: datetime
    expires_assumed: bool
    texts: Mapping[str, Mapping[str, str]]
    area_codes: tuple[str, ...]
    event_codes: tuple[str, ...]  # of all its infos, in upper case
    outline: str | None  # GeoJSON, as maps draw it; its districts where it draws nothing

    @property
    def referred(self) -> list[str]:
        """The messages of the same sender that it replaces or revokes."""
        if self.message.msg_type not in (MsgType.UPDATE, MsgType.CANCEL):
            return []
        return [key_of(one) for one in self.message.references if one.sender == self.message.sender]


@dataclass(frozen=True, slots=True)
class Doubted:
    """What nobody vouches for: what it says of itself, and why it is not believed."""

    doubt: Doubt
    digest: str
    sender: str = ""
    identifier: str = ""
    headline: str = ""


def key_of(one: Reference) -> str:
    """Return a message of a sender as one text: identifier and second."""
    return f"{one.identifier} {round(one.sent.timestamp())}"


def judge(content: bytes, pinned: Pinned, outlines: Mapping[str, BaseGeometry], *, now: datetime) -> Believed | Doubted:
    """Return what came, believed or not. `outlines`: the districts of this city."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        root = parse_xml(content)
        claimed = read_message(root)
    except WarningUnusable:
        return Doubted(Doubt.UNREADABLE, digest)
    headline = (claimed.infos[0].headline or claimed.infos[0].event)[:200] if claimed.infos else ""
    told = digest, claimed.sender, claimed.identifier, headline
    certificates = pinned.get(claimed.sender)
    if not certificates:
        return Doubted(Doubt.SENDER, *told)
    try:
        message = read_message(verify(root, certificates, now=now))
    except SignatureRefused:
        return Doubted(Doubt.SIGNATURE, *told)
    if message.sender != claimed.sender or message.scope is not CapScope.PUBLIC:
        return Doubted(Doubt.SCOPE, *told)
    if message.sent > now + AHEAD:
        return Doubted(Doubt.CLOCK, *told)
    return _tell(message, outlines)


def _tell(message: CapMessage, outlines: Mapping[str, BaseGeometry]) -> Believed:
    said = [info.expires for info in message.infos if info.expires is not None]
    known = [SEVERITIES.index(info.severity) + 1 for info in message.infos if info.severity in SEVERITIES]
    districts = districts_of(message, outlines)
    return Believed(
        message,
        min(known, default=None),
        any(ResponseType.ALL_CLEAR in info.responses for info in message.infos),
        max(said, default=message.sent + ASSUMED),
        not said,
        _texts(message),
        districts,
        tuple(sorted({value.strip().upper() for info in message.infos for _, value in info.event_codes} - {""}))[
            :MOST_CODES
        ],
        _outline(message, districts, outlines),
    )


def _shape(message: CapMessage) -> BaseGeometry:
    areas = [area for info in message.infos for area in info.areas]
    return shapely.union_all([area_shape(area) for area in areas if area.polygons or area.circles])


def _outline(message: CapMessage, districts: tuple[str, ...], outlines: Mapping[str, BaseGeometry]) -> str | None:
    if not districts:
        return None  # it is about elsewhere
    drawn = _shape(message)
    return map_outline(drawn if not drawn.is_empty else shapely.union_all([outlines[code] for code in districts]))


def districts_of(message: CapMessage, outlines: Mapping[str, BaseGeometry]) -> tuple[str, ...]:
    """Return the districts that a message is about: by its polygons and circles, else by its codes, else all."""
    areas = [area for info in message.infos for area in info.areas]
    shape = _shape(message)
    codes = {value for area in areas for name, value in area.geocodes if name.upper().startswith("GB") and value}
    if shape.is_empty and not codes:
        return tuple(sorted(outlines))
    found = {code for code, outline in outlines.items() if not shape.is_empty and outline.intersects(shape)}
    if shape.is_empty:  # a province's code is 310000, a district's 310115
        found = {code for code in outlines if any(code.startswith(one.rstrip("0") or one) for one in codes)}
    return tuple(sorted(found))


def _texts(message: CapMessage) -> dict[str, dict[str, str]]:
    """Return the texts by our languages; one that a message lacks is told in the other."""
    found = {_language(info): _told(info) for info in reversed(message.infos)}
    first = next(iter(found.values()), dict.fromkeys(TOLD, ""))
    return {language: found.get(language, first) for language in ("zh", "en")}


def _language(info: Info) -> str:
    return "zh" if info.language.lower().startswith("zh") else "en"


def _told(info: Info) -> dict[str, str]:
    texts = {
        "event": info.event,
        "headline": info.headline or info.event,
        "description": info.description,
        "instruction": info.instruction,
        "sender": info.sender_name,
        "areas": ", ".join(area.description for area in info.areas if area.description),
    }
    return {name: text[:LONGEST_TOLD] for name, text in texts.items()}
