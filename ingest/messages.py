"""A message as it came from the broker, and what it can turn out to be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cityops.sensors import Sensor

NO_SEQ = -1


class Message(msgspec.Struct, frozen=True, gc=False):  # a frozen dataclass takes five times as long to make
    """One MQTT message. `connection` counts reconnects: an acknowledgement is only good on its own.

    `letter` is the number of the dead letter that this message was, 0 for one from the broker. `retained`: the broker
    kept it and repeats it because of our subscription; when it was said, nobody knows.
    """

    topic: str
    payload: bytes
    received_at: datetime
    mid: int = 0
    qos: int = 1
    connection: int = 0
    letter: int = 0
    retained: bool = False


class Moment(msgspec.Struct, frozen=True, gc=False):
    """What a device measured at one moment: metric and value of each reading.

    `time` is the device's, in microseconds since 1970 UTC; `seq` is NO_SEQ where the device gave none. `units` has
    a unit for each reading, None for the catalogue's; where it is empty, all are the catalogue's.
    """

    time: int
    values: Collection[tuple[str, float]]
    seq: int = NO_SEQ
    units: Sequence[str | None] = ()


class Readings(msgspec.Struct, frozen=True, gc=False):
    """A message with readings of one device, which claims to be of a domain."""

    sensor_id: str
    domain: str
    moments: list[Moment]


@dataclass(frozen=True, slots=True)
class Registration:
    """A device introduced itself."""

    sensor: Sensor


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A device, or its last will, said online or offline."""

    sensor_id: str
    status: str


@dataclass(frozen=True, slots=True)
class DropCount:
    """How many messages the broker says it dropped since it was started."""

    dropped: int


@dataclass(frozen=True, slots=True)
class Cleared:
    """An empty payload: the broker forgot a retained message. Nothing to store."""


Content = Readings | Registration | StatusReport | DropCount | Cleared
