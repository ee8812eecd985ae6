"""What the JSON formats share: a document as it was written, numbers and times, and typed decoding.

A document keeps what plain decoding loses: members with the same name, and numbers as they were written, also those
that are none (NaN, 1e999). So one wrong value can be put aside without the others, and written again to the letter.
"""

import json
import re
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from cityops.clock import check_aware, microseconds
from ingest.errors import Undecodable

T = TypeVar("T")
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<name>[^`]+)`")
_DIGITS = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_LONGEST_INT = 20  # digits; a longer one is no number that anything here counts with


class Members(list[tuple[str, object]]):
    """A JSON object: names and values in the order in which they came, also those that came twice."""

    def all(self, name: str) -> list[object]:
        """Return the values of all members with this name."""
        return [value for key, value in self if key == name]

    def one(self, name: str) -> object:
        """Return the value of a member, None when it is absent. Raises Undecodable when there are two different."""
        found = self.all(name)
        if len(found) > 1 and len({write_json(value) for value in found}) > 1:
            raise Undecodable(name, "it is there twice, with different values")
        return found[0] if found else None


class Number(float):
    """A number that remembers how it was written."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> "Number":
        """Return the number; one too large for a double is infinite."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def read_json(payload: bytes) -> object:
    """Return the document of a payload: Members, lists, Number, int, str, bool, None. Raises Undecodable."""
    try:
        return json.loads(
            payload, object_pairs_hook=Members, parse_float=Number, parse_int=_read_int, parse_constant=Number
        )
    except RecursionError as error:
        raise Undecodable("payload", "the JSON is nested too deeply") from error
    except ValueError as error:
        raise Undecodable("payload", f"this is no JSON: {error}") from error


def write_json(node: object) -> str:
    """Write what read_json() returned. Raises Undecodable when it is nested too deeply."""
    try:
        return _write(node)
    except RecursionError as error:
        raise Undecodable("payload", "the JSON is nested too deeply") from error


def read_number(value: object, field: str) -> float | None:
    """Return a JSON value as a number, also where it is a text; None for null. Raises Undecodable."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise Undecodable(field, f"{str(value).lower()} is no number")
    if isinstance(value, str):
        text = value.strip()
        if not _DIGITS.fullmatch(text):
            raise Undecodable(field, f"the text {value[:40]!r} is no number")
        value = float(text)
    if not isinstance(value, int | float):
        raise Undecodable(field, f"{'an object' if isinstance(value, Members) else 'an array'} is no number")
    if not -_INFINITY < value < _INFINITY:
        raise Undecodable(field, "not a finite number")
    return float(value)


def read_time(value: object, field: str) -> int:
    """Return a time as µs since 1970. Raises Undecodable.

    It is ISO 8601 with a zone, or whole milliseconds since 1970, written in any way a number can be.
    """
    if isinstance(value, str) and value[4:5] != "-" and _DIGITS.fullmatch(value):
        value = float(value)
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return microseconds(moment if moment.tzinfo is UTC else check_aware(moment))
        if isinstance(value, int | float) and not isinstance(value, bool):
            if value != (whole := int(value)):
                raise Undecodable(field, f"{value} is no whole number of milliseconds")
            return microseconds(datetime.fromtimestamp(whole / 1000, UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise Undecodable(field, f"{str(value)[:60]!r} is no time: {error}") from error
    raise Undecodable(field, "it is missing" if value is None else "neither a text nor whole milliseconds since 1970")


def decode_json(decoder: msgspec.json.Decoder[T], payload: bytes) -> T:
    """Decode a payload by its type. Raises Undecodable with the path of the first wrong field."""
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise Undecodable(_name_field(str(error)), _PATH.sub("", str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable(_find_infinite(read_json(payload)), f"not a finite number, or no JSON: {error}") from error


def _write(node: object) -> str:
    if isinstance(node, Members):
        return "{" + ", ".join(f"{_write(name)}: {_write(value)}" for name, value in node) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_write, node)) + "]"
    return node.text if isinstance(node, Number) else json.dumps(node, ensure_ascii=False)


def _read_int(text: str) -> int | Number:
    return int(text) if len(text) <= _LONGEST_INT else Number(text)


def _name_field(text: str) -> str:
    """Name the field that a validation error is about, such as `lon`."""
    found = _PATH.search(text)
    missing = _MISSING.search(text)
    parts = [*(found["path"].split(".") if found else []), missing["name"] if missing else ""]
    return ".".join(part for part in parts if part) or "payload"


def _find_infinite(document: object) -> str:
    """Name the member that is no finite number: devices send NaN and Infinity, which are no JSON."""
    members = document if isinstance(document, Members) else Members()
    odd = (name for name, value in members if isinstance(value, float) and not -_INFINITY < value < _INFINITY)
    return next(odd, "payload")[:40]


_INFINITY = float("inf")
