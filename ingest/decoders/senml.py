"""SenML, RFC 8428 (JSON): base fields, relative times, one metric a record.

The record's name must end in the metric: `n` "pm25", or `bn` "urn:dev:mac:0024befffe804ff1:" with `n`
"pm25". Which device it is says the topic. Records of strings, booleans and data are no readings: they are
refused by name, so that nothing disappears silently. Units are converted later, where the catalogue is known.
"""

import math
import re
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

import msgspec

from cityops.clock import microseconds
from cityops.topics import Address
from ingest.decoders.json_payload import decode_json
from ingest.errors import Undecodable
from ingest.messages import Moment, Readings

_VERSION = 10
_ABSOLUTE = 2**28  # resolved times from here on are Unix times; smaller ones are relative to now
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
_KNOWN = {"bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"}


class Record(msgspec.Struct):
    """One SenML record; None is an absent field."""

    bn: str | None = None
    bt: float | None = None
    bu: str | None = None
    bv: float | None = None
    bver: int | None = None
    n: str = ""
    u: str | None = None
    v: float | None = None
    vs: str | None = None
    vb: bool | None = None
    vd: str | None = None
    s: float | None = None
    t: float = 0.0


_DECODER = msgspec.json.Decoder(list[Record])
_KEYS = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


def decode(address: Address, payload: bytes, received_at: datetime) -> Readings:
    """Decode a SenML pack. Raises Undecodable."""
    _refuse_unknown_keys(payload)
    base_name, base_time, base_value, base_unit = "", 0.0, 0.0, None
    readings: list[tuple[int, str, float, str | None]] = []  # time, metric, value, unit
    for record in decode_json(_DECODER, payload):
        base_name = record.bn if record.bn is not None else base_name
        base_time = record.bt if record.bt is not None else base_time
        base_value = record.bv if record.bv is not None else base_value
        base_unit = record.bu if record.bu is not None else base_unit
        if record.bver is not None and record.bver > _VERSION:
            raise Undecodable("bver", f"version {record.bver} is newer than {_VERSION}")
        metric = _metric(base_name + record.n)
        time = _resolve_time(base_time + record.t, received_at)
        unit = record.u if record.u is not None else base_unit
        readings.append((time, metric, _value(record, metric) + base_value, unit))
    if not readings:
        raise Undecodable("payload", "there is no record in the pack")
    moments = []
    for time, together in groupby(readings, key=itemgetter(0)):
        _, metrics, values, units = zip(*together, strict=True)
        moments.append(Moment(time, list(zip(metrics, values, strict=True)), units=units))
    return Readings(address.sensor, address.domain, moments)


def _refuse_unknown_keys(payload: bytes) -> None:
    """Unknown keys are ignored, but one that ends in `_` must be understood (RFC 8428, 4.4)."""
    for record in decode_json(_KEYS, payload):
        for key in record.keys() - _KNOWN:
            if key.endswith("_"):
                raise Undecodable(key[:40], "this field must be understood, and is not")


def _metric(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Undecodable("n", f"{name[:80]!r} is no SenML name")
    return re.split(r"[:/]", name)[-1]


def _value(record: Record, metric: str) -> float:
    others = [name for name in ("vs", "vb", "vd") if getattr(record, name) is not None]
    if others or record.v is None:
        raise Undecodable(f"{metric}.{(others or ['v'])[0]}", "a reading is one number in v")
    if not math.isfinite(record.v):
        raise Undecodable(f"{metric}.v", f"{record.v} is not a finite number")
    return record.v


def _resolve_time(seconds: float, received_at: datetime) -> int:
    """Return microseconds since 1970."""
    absolute = seconds if seconds >= _ABSOLUTE else received_at.timestamp() + seconds
    try:
        return microseconds(datetime.fromtimestamp(absolute, UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise Undecodable("t", f"{seconds} is no time: {error}") from error
