"""The answers of GeoReport in both formats, XML and JSON, from the same plain values. Pure.

A value is text, a number, a truth, None, a mapping or a list of mappings or texts. In XML a list becomes an element
with one child for each entry, whose name ITEMS tells; in JSON an empty value is null, in XML an empty element.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from xml.sax.saxutils import escape

import msgspec

Value: TypeAlias = "str | int | float | bool | Mapping[str, Value] | Sequence[Value] | None"
Row = Mapping[str, Value]

ITEMS = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
}
# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    """A format, by the ending of the address."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """The type of the content, with the encoding that GeoReport wants to be named."""
        return f"{'text/xml' if self is Format.XML else 'application/json'}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Document:
    """An answer: the name of its root in XML, and its content, which is all there is in JSON."""

    root: str
    content: Row | Sequence[Row]


def write_document(document: Document, form: Format) -> bytes:
    """Return a document in a format, in UTF-8."""
    if form is Format.JSON:
        return msgspec.json.encode(document.content)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + _element(document.root, document.content).encode()


def plain_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NO_XML.sub("", text)


def _element(name: str, value: Value) -> str:
    inside = _inside(name, value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def _inside(name: str, value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return escape(plain_text(value), {"\r": "&#13;"})
        case int() | float():
            return str(value)
        case Mapping():
            return "".join(_element(key, part) for key, part in value.items())
        case _:
            return "".join(_element(ITEMS[name], part) for part in value)
