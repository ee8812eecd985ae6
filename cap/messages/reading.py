"""A message of CAP 1.1 or 1.2 from XML. Strict in what makes it a message, lenient in what only decorates it.

Of a signed message read only the part that the signature covers: signatures.py returns that.
"""

from collections.abc import Iterator

from lxml import etree

from cap.messages.elements import (
    absent,
    children_of,
    content_of,
    read_choice,
    read_moment,
    read_name,
    read_named,
    read_text,
    read_word,
    wrong,
)
from cap.messages.message import (
    CapMessage,
    CapScope,
    CapStatus,
    Category,
    Certainty,
    Circle,
    Info,
    MsgType,
    Pair,
    Reference,
    ResponseType,
    Severity,
    Urgency,
    WarnedArea,
)
from cap.messages.parsing import local_name
from cap.messages.times import read_time

NAMESPACES = ("urn:oasis:names:tc:emergency:cap:1.1", "urn:oasis:names:tc:emergency:cap:1.2")
MOST_INFOS, MOST_AREAS, MOST_POINTS = 20, 500, 20_000


def read_message(root: etree._Element) -> CapMessage:
    """Return what a message says. Raises WarningUnusable, which names the element."""
    if not isinstance(root.tag, str) or etree.QName(root).namespace not in NAMESPACES or local_name(root) != "alert":
        raise wrong("alert", "is no message of CAP 1.1 or 1.2")
    infos = list(children_of(root, "info"))
    if len(infos) > MOST_INFOS:
        raise wrong("info", "comes too often")
    message = CapMessage(
        identifier=read_name(root, "identifier"),
        sender=read_name(root, "sender"),
        sent=read_moment(root, "sent") or absent("sent"),
        status=read_choice(root, "status", CapStatus),
        msg_type=read_choice(root, "msgType", MsgType),
        scope=read_choice(root, "scope", CapScope),
        source=read_text(root, "source"),
        note=read_text(root, "note"),
        references=tuple(read_references(read_text(root, "references"))),
        infos=tuple(_read_info(info) for info in infos),
    )
    if message.msg_type in (MsgType.UPDATE, MsgType.CANCEL) and not message.references:
        raise wrong("references", "is needed to update or cancel")
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
            raise wrong("references", f"has {triple[:100]!r}, which is no sender,identifier,sent") from error


def _read_info(info: etree._Element) -> Info:
    areas = list(children_of(info, "area"))
    if len(areas) > MOST_AREAS:
        raise wrong("area", "comes too often")
    return Info(
        language=read_text(info, "language") or "en-US",
        categories=tuple(read_word(one, "category", Category) for one in children_of(info, "category"))
        or absent("category"),
        event=read_text(info, "event") or absent("event"),
        responses=tuple(read_word(one, "responseType", ResponseType) for one in children_of(info, "responseType")),
        urgency=read_choice(info, "urgency", Urgency),
        severity=read_choice(info, "severity", Severity),
        certainty=read_choice(info, "certainty", Certainty),
        event_codes=read_named(info, "eventCode"),
        effective=read_moment(info, "effective"),
        onset=read_moment(info, "onset"),
        expires=read_moment(info, "expires"),
        sender_name=read_text(info, "senderName"),
        headline=read_text(info, "headline"),
        description=read_text(info, "description"),
        instruction=read_text(info, "instruction"),
        web=read_text(info, "web"),
        contact=read_text(info, "contact"),
        parameters=read_named(info, "parameter"),
        areas=tuple(_read_area(area) for area in areas),
    )


def _read_area(area: etree._Element) -> WarnedArea:
    return WarnedArea(
        read_text(area, "areaDesc"),
        tuple(_read_ring(content_of(one)) for one in children_of(area, "polygon")),
        tuple(_read_circle(content_of(one)) for one in children_of(area, "circle")),
        read_named(area, "geocode"),
    )


def _read_ring(text: str) -> tuple[Pair, ...]:
    words = text.split()
    if len(words) > MOST_POINTS:
        raise wrong("polygon", "has too many points")
    ring = tuple(_read_pair(word, "polygon") for word in words)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise wrong("polygon", "is not closed, or has less than four points")
    return ring


def _read_circle(text: str) -> Circle:
    middle, _, radius = text.strip().partition(" ")
    try:
        kilometres = float(radius)
    except ValueError:
        raise wrong("circle", "has no radius") from None
    if not 0 <= kilometres <= 5_000:
        raise wrong("circle", "has a radius that is no warning's")
    return Circle(_read_pair(middle, "circle"), kilometres)


def _read_pair(word: str, name: str) -> Pair:
    try:
        latitude, longitude = map(float, word.split(","))
    except ValueError:
        raise wrong(name, f"has {word[:40]!r}, which is no latitude,longitude") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise wrong(name, f"has {word[:40]!r}, which is nowhere on earth")
    return latitude, longitude
