"""A message as it came from the broker, and what it can turn out to be."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cityops.devices.sensors import Sensor
from ingest.errors import Undecodable

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


class Sample(msgspec.Struct, frozen=True, gc=False):
    """What a device measured at one moment: metric and value of each reading, in the catalogue's units.

    `time` is the device's, in microseconds since 1970 UTC; `seq` is NO_SEQ where the device gave none. A value that
    is None is missing.
    """

    time: int
    values: Collection[tuple[str, float | None]]
    seq: int = NO_SEQ


class ReadingsMessage(msgspec.Struct, frozen=True, gc=False):
    """A message with readings of one device, which claims to be of a domain."""

    sensor_id: str
    domain: str
    moments: list[Sample]


Write = Callable[[], str]  # writes a part as a message of its own


class MessagePart(msgspec.Struct, frozen=True, gc=False):
    """One value of a message that was taken apart: a number, or missing (None), or wrong (`error`).

    `write` makes a message of it alone, `text` tells the value as it was written; `unit` is None for the catalogue's.
    """

    name: str
    write: Write
    text: Write
    value: float | None = None
    unit: str | None = None
    error: Undecodable | None = None


class Fragment(msgspec.Struct, frozen=True, gc=False):
    """What a message that was taken apart says of one moment; see Moment. With an `error`, none of it can be used."""

    write: Write
    time: int | None = None
    parts: list[MessagePart] = []
    seq: int = NO_SEQ
    error: Undecodable | None = None


class Fragments(msgspec.Struct, frozen=True, gc=False):
    """A message with readings of one device in which something is wrong, or unusual."""

    sensor_id: str
    domain: str
    fragments: list[Fragment]


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


Content = ReadingsMessage | Fragments | Registration | StatusReport | DropCount | Cleared
