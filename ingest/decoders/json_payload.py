"""What the JSON formats share: typed decoding with the field's name in every refusal, and times."""

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from cityops.clock import check_aware, microseconds
from ingest.errors import Undecodable

T = TypeVar("T")
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<name>[^`]+)`")


def decode_json(decoder: msgspec.json.Decoder[T], payload: bytes) -> T:
    """Decode a payload by its type. Raises Undecodable with the path of the first wrong field."""
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise Undecodable(_name_field(str(error), payload), _PATH.sub("", str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        field = next(_unusable_numbers(payload), None)
        if field is not None:
            raise Undecodable(field, "not a finite number") from error
        raise Undecodable("payload", str(error)) from error


def parse_time(value: str | int, field: str) -> int:
    """Return an ISO 8601 time with a zone, or milliseconds since 1970, as µs since 1970. Raises Undecodable."""
    try:
        if isinstance(value, int):
            return microseconds(datetime.fromtimestamp(value / 1000, UTC))
        moment = datetime.fromisoformat(value)
        return microseconds(moment if moment.tzinfo is UTC else check_aware(moment))
    except (ValueError, OverflowError, OSError) as error:
        raise Undecodable(field, f"{str(value)[:60]!r} is no time: {error}") from error


def _name_field(text: str, payload: bytes) -> str:
    """Name the field that a validation error is about, such as `time` or `values.pm25`."""
    found = _PATH.search(text)
    path = found["path"] if found else ""
    if path.endswith("values[...]"):  # the library does not say which of them
        return next(_unusable_numbers(payload), "values")
    missing = _MISSING.search(text)
    parts = [*re.sub(r"\[[^]]*\]", "", path).split("."), missing["name"] if missing else ""]
    return ".".join(part for part in parts if part) or "payload"


def _unusable_numbers(payload: bytes) -> Iterator[str]:
    """Find what stands where a finite number should: NaN and Infinity are no JSON, but devices send them."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError):
        return
    for path, leaf in _leaves(document, ""):
        if isinstance(leaf, bool) or not isinstance(leaf, int | float):
            usable = not path.startswith("values.")
        else:
            usable = math.isfinite(leaf)
        if not usable:
            yield path or "payload"


def _leaves(node: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _leaves(child, f"{path}.{key[:40]}" if path else str(key)[:40])
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child, path)
    else:
        yield path, node
