"""A message as it came from the broker, and what it can turn out to be."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from cityops.readings import Reading
from cityops.sensors import Sensor

NO_SEQ = -1


class Message(msgspec.Struct, frozen=True, gc=False):  # a frozen dataclass takes five times as long to make
    """One MQTT message. `connection` counts reconnects: an acknowledgement is only good on its own.

    `letter` is the number of the dead letter that this message was, 0 for one from the broker.
    """

    topic: str
    payload: bytes
    received_at: datetime
    mid: int = 0
    qos: int = 1
    connection: int = 0
    letter: int = 0


@dataclass(frozen=True, slots=True)
class Readings:
    """A message with readings of one device, which claims to be of a domain.

    `reports` has, for each moment in the order of the readings, its sequence number (NO_SEQ where the device gave
    none) and how many readings it holds. `units` has a unit for each reading, None for the catalogue's.
    """

    sensor_id: str
    domain: str
    readings: list[Reading]
    reports: list[tuple[int, int]]
    units: list[str | None] | None = None


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
class Cleared:
    """An empty payload: the broker forgot a retained message. Nothing to store."""


Content = Readings | Registration | StatusReport | Cleared
