"""A message as XML: every element in the order of the schema."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from lxml import etree

from cap.messages.message import CapMessage, Info, Named, WarnedArea
from cap.messages.message_check import check
from cap.messages.times import write_time

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
PREFIXES: Any = {None: NAMESPACE}  # lxml's types know no namespace without a prefix


def write_message(message: CapMessage, zone: tzinfo) -> etree._Element:
    """Return the root of a message; times as the clocks of a zone show them. Raises MessageWrong."""
    check(message)
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap=PREFIXES)
    _add(root, "identifier", message.identifier)
    _add(root, "sender", message.sender)
    _add(root, "sent", write_time(message.sent, zone))
    _add(root, "status", message.status)
    _add(root, "msgType", message.msg_type)
    _add_text(root, "source", message.source)
    _add(root, "scope", message.scope)
    _add_text(root, "note", message.note)
    references = " ".join(f"{one.sender},{one.identifier},{write_time(one.sent, zone)}" for one in message.references)
    _add_text(root, "references", references)
    for info in message.infos:
        _add_info(root, info, zone)
    return root


def _add_info(root: etree._Element, info: Info, zone: tzinfo) -> None:
    element = _add(root, "info")
    _add(element, "language", info.language)
    for category in info.categories:
        _add(element, "category", category)
    _add(element, "event", info.event)
    for response in info.responses:
        _add(element, "responseType", response)
    _add(element, "urgency", info.urgency)
    _add(element, "severity", info.severity)
    _add(element, "certainty", info.certainty)
    _add_named(element, "eventCode", info.event_codes)
    _add_time(element, "effective", info.effective, zone)
    _add_time(element, "onset", info.onset, zone)
    _add_time(element, "expires", info.expires, zone)
    _add_text(element, "senderName", info.sender_name)
    _add_text(element, "headline", info.headline)
    _add_text(element, "description", info.description)
    _add_text(element, "instruction", info.instruction)
    _add_text(element, "web", info.web)
    _add_text(element, "contact", info.contact)
    _add_named(element, "parameter", info.parameters)
    for area in info.areas:
        _add_area(element, area)


def _add_area(info: etree._Element, area: WarnedArea) -> None:
    element = _add(info, "area")
    _add(element, "areaDesc", area.description)
    for ring in area.polygons:
        _add(element, "polygon", " ".join(f"{latitude:.4f},{longitude:.4f}" for latitude, longitude in ring))
    for circle in area.circles:
        _add(element, "circle", f"{circle.middle[0]:.4f},{circle.middle[1]:.4f} {circle.radius:.3f}")
    _add_named(element, "geocode", area.geocodes)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        element.text = str(text)
    return element


def _add_text(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _add_time(parent: etree._Element, name: str, moment: datetime | None, zone: tzinfo) -> None:
    if moment is not None:
        _add(parent, name, write_time(moment, zone))


def _add_named(parent: etree._Element, name: str, pairs: Iterable[Named]) -> None:
    for value_name, value in pairs:
        element = _add(parent, name)
        _add(element, "valueName", value_name)
        _add(element, "value", value)
