"""A message of CAP 1.1 or 1.2 from XML. Strict in what makes it a message, lenient in what only decorates it.

Of a signed message read only the part that the signature covers: signatures.py returns that.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from lxml import etree

from cap.errors import WarningUnusable
from cap.messages.message import (
    CapMessage,
    CapScope,
    CapStatus,
    Category,
    Certainty,
    Circle,
    Info,
    MsgType,
    Named,
    Pair,
    Reference,
    ResponseType,
    Severity,
    Urgency,
    WarnedArea,
    is_name,
)
from cap.messages.parsing import local_name
from cap.messages.times import read_time

NAMESPACES = ("urn:oasis:names:tc:emergency:cap:1.1", "urn:oasis:names:tc:emergency:cap:1.2")
MOST_INFOS, MOST_AREAS, MOST_POINTS = 20, 500, 20_000
LONGEST = 20_000  # characters of one text

Choice = TypeVar("Choice", bound=StrEnum)


def read_message(root: etree._Element) -> CapMessage:
    """Return what a message says. Raises WarningUnusable, which names the element."""
    if not isinstance(root.tag, str) or etree.QName(root).namespace not in NAMESPACES or local_name(root) != "alert":
        raise _wrong("alert", "is no message of CAP 1.1 or 1.2")
    infos = list(_children(root, "info"))
    if len(infos) > MOST_INFOS:
        raise _wrong("info", "comes too often")
    message = CapMessage(
        identifier=_name(root, "identifier"),
        sender=_name(root, "sender"),
        sent=_time(root, "sent") or _absent("sent"),
        status=_choice(root, "status", CapStatus),
        msg_type=_choice(root, "msgType", MsgType),
        scope=_choice(root, "scope", CapScope),
        source=_text(root, "source"),
        note=_text(root, "note"),
        references=tuple(read_references(_text(root, "references"))),
        infos=tuple(_read_info(info) for info in infos),
    )
    if message.msg_type in (MsgType.UPDATE, MsgType.CANCEL) and not message.references:
        raise _wrong("references", "is needed to update or cancel")
    return message


def read_references(text: str) -> Iterator[Reference]:
    """Yield the messages that a text refers to: triples with white space between them. Raises WarningUnusable."""
    # A time of the Chinese form has a space, which separates triples too: it is put right first.
    words = text.split()
    triples: list[str] = []
    for word in words:
        if "," not in word and triples:
            triples[-1] += f"T{word}"
        else:
            triples.append(word)
    for triple in triples:
        sender, identifier, sent = (*triple.split(","), "", "")[:3]
        try:
            yield Reference(sender, identifier, read_time(sent))
        except ValueError as error:
            raise _wrong("references", f"has {triple[:100]!r}, which is no sender,identifier,sent") from error


def _read_info(info: etree._Element) -> Info:
    areas = list(_children(info, "area"))
    if len(areas) > MOST_AREAS:
        raise _wrong("area", "comes too often")
    return Info(
        language=_text(info, "language") or "en-US",
        categories=tuple(_pick(one, "category", Category) for one in _children(info, "category"))
        or _absent("category"),
        event=_text(info, "event") or _absent("event"),
        responses=tuple(_pick(one, "responseType", ResponseType) for one in _children(info, "responseType")),
        urgency=_choice(info, "urgency", Urgency),
        severity=_choice(info, "severity", Severity),
        certainty=_choice(info, "certainty", Certainty),
        event_codes=_named(info, "eventCode"),
        effective=_time(info, "effective"),
        onset=_time(info, "onset"),
        expires=_time(info, "expires"),
        sender_name=_text(info, "senderName"),
        headline=_text(info, "headline"),
        description=_text(info, "description"),
        instruction=_text(info, "instruction"),
        web=_text(info, "web"),
        contact=_text(info, "contact"),
        parameters=_named(info, "parameter"),
        areas=tuple(_read_area(area) for area in areas),
    )


def _read_area(area: etree._Element) -> WarnedArea:
    return WarnedArea(
        _text(area, "areaDesc"),
        tuple(_read_ring(_content(one)) for one in _children(area, "polygon")),
        tuple(_read_circle(_content(one)) for one in _children(area, "circle")),
        _named(area, "geocode"),
    )


def _read_ring(text: str) -> tuple[Pair, ...]:
    words = text.split()
    if len(words) > MOST_POINTS:
        raise _wrong("polygon", "has too many points")
    ring = tuple(_read_pair(word, "polygon") for word in words)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise _wrong("polygon", "is not closed, or has less than four points")
    return ring


def _read_circle(text: str) -> Circle:
    middle, _, radius = text.strip().partition(" ")
    try:
        kilometres = float(radius)
    except ValueError:
        raise _wrong("circle", "has no radius") from None
    if not 0 <= kilometres <= 5_000:
        raise _wrong("circle", "has a radius that is no warning's")
    return Circle(_read_pair(middle, "circle"), kilometres)


def _read_pair(word: str, name: str) -> Pair:
    try:
        latitude, longitude = map(float, word.split(","))
    except ValueError:
        raise _wrong(name, f"has {word[:40]!r}, which is no latitude,longitude") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise _wrong(name, f"has {word[:40]!r}, which is nowhere on earth")
    return latitude, longitude


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a name in the namespace of their parent: of others none counts."""
    return element.iterchildren(f"{{{etree.QName(element).namespace}}}{name}")


def _content(element: etree._Element) -> str:
    """Return the text of an element that holds nothing but text."""
    if any(isinstance(child.tag, str) for child in element):
        raise _wrong(local_name(element), "holds elements, not text")
    text = "".join(str(part) for part in element.itertext(with_tail=False)).strip()
    if len(text) > LONGEST and local_name(element) != "polygon":
        raise _wrong(local_name(element), "is too long")
    return text


def _text(parent: etree._Element, name: str) -> str:
    found = list(_children(parent, name))
    if len(found) > 1:
        raise _wrong(name, "comes twice")
    return _content(found[0]) if found else ""


def _name(parent: etree._Element, name: str) -> str:
    text = _text(parent, name)
    if not is_name(text):
        raise _wrong(name, "is missing, or has a space, a comma, < or &")
    return text


def _time(parent: etree._Element, name: str) -> datetime | None:
    text = _text(parent, name)
    try:
        return read_time(text) if text else None
    except ValueError as error:
        raise _wrong(name, "is no time with an offset") from error


def _choice(parent: etree._Element, name: str, choices: type[Choice]) -> Choice:
    found = list(_children(parent, name))
    if len(found) != 1:
        raise _wrong(name, "is missing" if not found else "comes twice")
    return _pick(found[0], name, choices)


def _pick(element: etree._Element, name: str, choices: type[Choice]) -> Choice:
    try:
        return choices(_content(element))
    except ValueError:
        raise _wrong(name, f"is none of {', '.join(choices)}") from None


def _named(parent: etree._Element, name: str) -> tuple[Named, ...]:
    return tuple((_text(one, "valueName"), _text(one, "value")) for one in _children(parent, name))


def _absent(name: str) -> NoReturn:
    raise _wrong(name, "is missing")


def _wrong(name: str, what: str) -> WarningUnusable:
    return WarningUnusable(f"<{name}> {what}. {WarningUnusable.__doc__}")
