"""The native format: `{"time": T, "values": {metric: number}, "seq": n}`, or an array of such objects.

A message that is as it should be is decoded as a whole, which is fast. Any other is taken apart, value by value.
"""

from datetime import datetime
from functools import partial

import msgspec

from cityops.devices.topics import Address
from ingest.decoders.json_payload import Members, read_json, read_number, read_time, write_json
from ingest.errors import Undecodable
from ingest.messages import NO_SEQ, Fragment, Fragments, MessagePart, ReadingsMessage, Sample

_MOST_SEQ = 2**53  # what JSON numbers carry exactly; a larger one is no sequence number


class Entry(msgspec.Struct):
    """All values that a device measured at one moment. The library refuses numbers that are not finite."""

    time: str | int | float
    values: dict[str, float | None]
    seq: int | None = None


_ONE = msgspec.json.Decoder(Entry)
_MANY = msgspec.json.Decoder(list[Entry])


def decode(address: Address, payload: bytes, received_at: datetime) -> ReadingsMessage | Fragments:
    """Decode one object or an array of them. Raises Undecodable where nothing of it can be read."""
    try:
        entries = _MANY.decode(payload) if payload.lstrip()[:1] == b"[" else [_ONE.decode(payload)]
        moments = [
            Sample(read_time(entry.time, "time"), entry.values.items(), _read_seq(entry.seq))
            for entry in entries
            if entry.values
        ]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Undecodable):
        return take_apart(address, payload, received_at)
    if not moments or payload.count(b'"') != sum(map(_count_quotes, entries)):
        return take_apart(address, payload, received_at)  # there is more in it: a name twice, or one unknown
    return ReadingsMessage(address.sensor, address.domain, moments)


def take_apart(address: Address, payload: bytes, received_at: datetime) -> Fragments:  # noqa: ARG001  (see Decoder)
    """Take a message apart, so that what is wrong in it can be put aside. Raises Undecodable where all of it is."""
    document = read_json(payload)
    if isinstance(document, Members):
        fragment = _take_entry(document)
        if fragment.error is not None:
            raise fragment.error
        fragments = [fragment]
    elif isinstance(document, list):
        fragments = [_take_entry(entry) for entry in document]
    else:
        raise Undecodable("payload", "neither an object nor an array of objects")
    fragments = [fragment for fragment in fragments if fragment.parts or fragment.error]
    if not fragments:
        raise Undecodable("values", "there is no value in the message")
    return Fragments(address.sensor, address.domain, fragments)


def _take_entry(entry: object) -> Fragment:
    write = partial(write_json, entry)
    if not isinstance(entry, Members):
        return Fragment(write, error=Undecodable("payload", "an element of the array is no object"))
    try:
        time = entry.one("time")
        moment = read_time(time, "time")
        seq = entry.all("seq")[-1:]
        return Fragment(
            write,
            time=moment,
            parts=[_take_value(time, name, value) for name, value in _values(entry)],
            seq=_read_seq(seq[0] if seq else None),
        )
    except Undecodable as error:
        return Fragment(write, error=error)


def _values(entry: Members) -> Members:
    groups = entry.all("values")
    if not groups:
        raise Undecodable("values", "it is missing")
    values = Members()
    for group in groups:
        if not isinstance(group, Members):
            raise Undecodable("values", "it is no object with a number for each metric")
        values.extend(group)
    return values


def _take_value(time: object, name: str, value: object) -> MessagePart:
    """Take one value; alone it has no number of its own, because its report was counted already."""
    write = partial(write_json, Members([("time", time), ("values", Members([(name, value)]))]))
    text = partial(write_json, value)
    try:
        return MessagePart(name, write, text, read_number(value, f"values.{name[:40]}"))
    except Undecodable as error:
        return MessagePart(name, write, text, error=error)


def _read_seq(seq: object) -> int:
    known = isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq <= _MOST_SEQ
    return seq if known else NO_SEQ  # type: ignore[return-value]  # known: it is an int


def _count_quotes(entry: Entry) -> int:
    """Return how many quotes an entry is written with when nothing but its own members is there, each once."""
    strings = 2 + len(entry.values) + (entry.seq is not None) + isinstance(entry.time, str)
    return 2 * strings
