"""SenML, RFC 8428 (JSON): base fields, relative times, one metric a record.

The record's name must end in the metric: `n` "pm25", or `bn` "urn:dev:mac:0024befffe804ff1:" with `n`
"pm25". Which device it is says the topic, so a pack with names of two devices is refused. Records of strings,
booleans and data are no readings: each is put aside by itself. Units are converted later, where the catalogue is known.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby

from cityops.clock import microseconds
from cityops.devices.topics import Address
from ingest.decoders.json_payload import Members, read_json, read_number, write_json
from ingest.errors import Undecodable
from ingest.messages import Fragment, Fragments, MessagePart

_VERSION = 10
_ABSOLUTE = 2**28  # resolved times from here on are Unix times; smaller ones are relative to now
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
_BASES = ("bn", "bt", "bu", "bv", "bs", "bver")
_URN_OF_DEVICE = 4  # words: urn:dev:mac:0024befffe804ff1, RFC 9039; what follows is a part of the device


@dataclass(slots=True)
class _Base:
    """What the records so far say of those that follow."""

    name: str = ""
    time: float = 0.0
    value: float = 0.0
    unit: str | None = None
    written: dict[str, object] = field(default_factory=dict)

    def follow(self, record: Members) -> None:
        """Take up a record's base fields. Raises Undecodable: what comes after would mean something else."""
        for key, _ in record:
            if key.endswith("_"):  # RFC 8428, 4.4
                raise Undecodable(key[:40], "this field must be understood, and is not")
        told = {key: record.one(key) for key, _ in record if key in _BASES}
        if not told:
            return
        self.written |= told
        self.name = _read_text(self.written.get("bn"), "bn") or ""
        self.unit = _read_text(self.written.get("bu"), "bu")
        self.time = read_number(self.written.get("bt"), "bt") or 0.0
        self.value = read_number(self.written.get("bv"), "bv") or 0.0
        version = read_number(self.written.get("bver"), "bver")
        if version is not None and version > _VERSION:
            raise Undecodable("bver", f"version {version:g} is newer than {_VERSION}")


def decode(address: Address, payload: bytes, received_at: datetime) -> Fragments:
    """Decode a SenML pack, record by record. Raises Undecodable where nothing of it can be read."""
    document = read_json(payload)
    if not isinstance(document, list) or isinstance(document, Members):
        raise Undecodable("payload", "a pack is an array of records")
    if not document:
        raise Undecodable("payload", "there is no record in the pack")
    base, records, devices = _Base(), [], set()
    for record in document:
        if isinstance(record, Members):
            base.follow(record)
            devices |= _name_device(base, record)
        records.append(_take_record(record, base, received_at))
    if len(devices) > 1:
        names = " and ".join(sorted(devices)[:2])
        raise Undecodable("n", f"the pack is of {names[:100]}, the topic of one device; send each on its own topic")
    fragments = []
    for time, group in groupby(records, key=lambda record: record.time):
        together = list(group)
        broken = time is None
        fragments += together if broken else [_join(together)]
    return Fragments(address.sensor, address.domain, fragments)


def _take_record(record: object, base: _Base, received_at: datetime) -> Fragment:
    """Take one record, with all that it needs of those before it."""
    if not isinstance(record, Members):
        return Fragment(partial(write_json, [record]), error=Undecodable("payload", "a record is no object"))
    own = [(key, value) for key, value in record if key not in _BASES]
    write = partial(write_json, [Members([*base.written.items(), *own])])
    try:
        metric = _read_metric(base, record)
        time = _resolve_time(base.time + (read_number(record.one("t"), "t") or 0.0), received_at)
        unit = _read_text(record.one("u"), "u") or base.unit
    except Undecodable as error:
        return Fragment(write, error=error)
    told = [value for key, value in own if key in ("v", "vs", "vb", "vd")]
    text = partial(write_json, told[-1] if told else None)
    try:
        part = MessagePart(metric, write, text, _read_value(base, record, metric), unit=unit)
    except Undecodable as error:
        part = MessagePart(metric, write, text, error=error)
    return Fragment(write, time=time, parts=[part])


def _join(records: list[Fragment]) -> Fragment:
    """Return the records of one moment as one report."""
    first = records[0]
    return Fragment(first.write, time=first.time, parts=[part for record in records for part in record.parts])


def _read_metric(base: _Base, record: Members) -> str:
    name = base.name + (_read_text(record.one("n"), "n") or "")
    if not _NAME.fullmatch(name):
        raise Undecodable("n", f"{name[:80]!r} is no SenML name")
    return re.split(r"[:/]", name)[-1]


def _name_device(base: _Base, record: Members) -> set[str]:
    """Return the device that a record's name names, beside the metric; nothing where it names none."""
    try:
        name = base.name + (_read_text(record.one("n"), "n") or "")
    except Undecodable:
        return set()
    words = re.split(r"[:/]", name)[:-1]
    if words[:2] == ["urn", "dev"]:
        words = words[:_URN_OF_DEVICE]
    return {":".join(words)} if words else set()


def _read_value(base: _Base, record: Members, metric: str) -> float | None:
    others = [name for name in ("vs", "vb", "vd") if record.all(name)]
    if others or not record.all("v"):
        raise Undecodable(f"{metric}.{(others or ['v'])[0]}", "a reading is one number in v")
    value = read_number(record.one("v"), f"{metric}.v")
    return None if value is None else read_number(value + base.value, f"{metric}.v")


def _read_text(value: object, field: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Undecodable(field, "it is no text")
    return value


def _resolve_time(seconds: float, received_at: datetime) -> int:
    """Return microseconds since 1970."""
    absolute = seconds if seconds >= _ABSOLUTE else received_at.timestamp() + seconds
    try:
        return microseconds(datetime.fromtimestamp(absolute, UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise Undecodable("t", f"{seconds} is no time: {error}") from error
