"""The native format: `{"time": T, "values": {metric: number}, "seq": n}`, or an array of such objects."""

from datetime import datetime

import msgspec

from cityops.topics import Address
from ingest.decoders.json_payload import decode_json, parse_time
from ingest.errors import Undecodable
from ingest.messages import NO_SEQ, Moment, Readings

_MOST_SEQ = 2**53  # what JSON numbers carry exactly; a larger one is no sequence number


class Entry(msgspec.Struct):
    """All values that a device measured at one moment. The library refuses numbers that are not finite."""

    time: str | int
    values: dict[str, float]
    seq: int | None = None


_ONE = msgspec.json.Decoder(Entry)
_MANY = msgspec.json.Decoder(list[Entry])


def decode(address: Address, payload: bytes, received_at: datetime) -> Readings:  # noqa: ARG001  (see Decoder)
    """Decode one object or an array of them. Raises Undecodable."""
    entries = decode_json(_MANY, payload) if payload.lstrip()[:1] == b"[" else [decode_json(_ONE, payload)]
    moments = [
        Moment(parse_time(entry.time, "time"), entry.values.items(), _number(entry.seq))
        for entry in entries
        if entry.values
    ]
    if not moments:
        raise Undecodable("values", "there is no value in the message")
    return Readings(address.sensor, address.domain, moments)


def _number(seq: int | None) -> int:
    return NO_SEQ if seq is None or not 0 <= seq <= _MOST_SEQ else seq
