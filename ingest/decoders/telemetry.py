"""The native format: `{"time": T, "values": {metric: number}, "seq": n}`, or an array of such objects."""

import math
from datetime import datetime

import msgspec

from cityops.readings import Reading
from cityops.topics import Address
from ingest.decoders.json_payload import decode_json, parse_time
from ingest.errors import Undecodable
from ingest.messages import NO_SEQ, Readings

_MOST_SEQ = 2**53  # what JSON numbers carry exactly; a larger one is no sequence number


class Entry(msgspec.Struct):
    """All values that a device measured at one moment."""

    time: str | int
    values: dict[str, float]
    seq: int | None = None


_ONE = msgspec.json.Decoder(Entry)
_MANY = msgspec.json.Decoder(list[Entry])


def decode(address: Address, payload: bytes, received_at: datetime) -> Readings:  # noqa: ARG001  (see Decoder)
    """Decode one object or an array of them. Raises Undecodable."""
    entries = decode_json(_MANY, payload) if payload.lstrip()[:1] == b"[" else [decode_json(_ONE, payload)]
    readings = [reading for entry in entries for reading in _read(address.sensor, entry)]
    if not readings:
        raise Undecodable("values", "there is no value in the message")
    return Readings(address.sensor, address.domain, readings, [_report(entry) for entry in entries if entry.values])


def _report(entry: Entry) -> tuple[int, int]:
    seq = entry.seq
    return NO_SEQ if seq is None or not 0 <= seq <= _MOST_SEQ else seq, len(entry.values)


def _read(sensor_id: str, entry: Entry) -> list[Reading]:
    time = parse_time(entry.time, "time")
    for metric, value in entry.values.items():
        if not math.isfinite(value):
            raise Undecodable(f"values.{metric[:40]}", f"{value} is not a finite number")
    return [Reading(sensor_id, metric, time, value) for metric, value in entry.values.items()]
