"""The MQTT address of a device: `cityops/{area}/{domain}/{sensor}/{channel}`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

ROOT = "cityops"
SHARED = "$share/"  # subscriptions of which each message goes to one member
OPEN_DATA = "v1.1/"  # where the portal tells new readings of what is open, as SensorThings has it
WARNINGS = "cityops-warnings"  # where public warnings stand: not below `cityops/`, which ingest hears and devices write
SAID_BY_US = (WARNINGS, OPEN_DATA)  # how the topics begin in which only our services speak
OURS = "cityops-"  # how the client ids of our own programs begin; no device may have such a name at the broker
BROKER = "$SYS/"  # where a broker speaks of itself
BROKER_DROPPED = BROKER + "broker/publish/messages/dropped"  # Mosquitto: since its start, for any client
SENSOR_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
AREA_CODE = re.compile(r"[0-9]{1,32}")
LONGEST_DOMAIN = 64  # characters: topics are remembered, and a device may send any number of them
LONGEST_REMEMBERED = 200  # characters of a topic


class TopicChannel(StrEnum):
    """What a device says on a topic."""

    TELEMETRY = "telemetry"  # readings, native JSON
    SENML = "senml"  # readings, RFC 8428
    STATUS = "status"  # online or offline; retained; offline is the last will
    META = "meta"  # registration; retained


_CHANNELS = {channel.value: channel for channel in TopicChannel}


class TopicError(ValueError):
    """The topic is not `cityops/{area}/{domain}/{sensor}/{channel}`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """Where a device stands in the topic tree."""

    area: str
    domain: str
    sensor: str

    def topic(self, channel: TopicChannel) -> str:
        """Return the topic on which this device speaks on a channel."""
        return f"{ROOT}/{self.area}/{self.domain}/{self.sensor}/{channel}"


def parse_topic(topic: str) -> tuple[Address, TopicChannel]:
    """Take a topic apart. Raises TopicError naming the level that is wrong."""
    # A topic may have 64 KB: what is longer than any of ours is not remembered.
    return _parse(topic) if len(topic) <= LONGEST_REMEMBERED else _parse.__wrapped__(topic)


@lru_cache(maxsize=300_000)  # a hundred thousand devices say the same three topics again and again
def _parse(topic: str) -> tuple[Address, TopicChannel]:
    levels = topic.split("/")
    if len(levels) != 5 or levels[0] != ROOT:
        raise TopicError("topic", f"expected {ROOT}/area/domain/sensor/channel")
    _, area, domain, sensor, channel = levels
    if not AREA_CODE.fullmatch(area):
        raise TopicError("topic.area", f"area {area[:40]!r} is not a string of digits")
    if not SENSOR_ID.fullmatch(sensor):
        raise TopicError("topic.sensor", f"sensor {sensor[:80]!r} does not match {SENSOR_ID.pattern}")
    if len(domain) > LONGEST_DOMAIN:
        raise TopicError("topic.domain", f"domain {domain[:40]!r} … is longer than {LONGEST_DOMAIN} characters")
    known = _CHANNELS.get(channel)
    if known is None:
        raise TopicError("topic.channel", f"channel {channel[:40]!r} is none of {', '.join(TopicChannel)}")
    return Address(area, domain, sensor), known


def warning_topic(area: str, event: str) -> str:
    """Return where the warning of an event in a district stands, retained, as it was signed."""
    return f"{WARNINGS}/{area}/{event}"


def named_sensor(topic: str) -> str:
    """Return the sensor that a topic names, even one that is none of the protocol's; "" where it names none."""
    levels = topic.split("/", 4)
    return levels[3] if len(levels) > 3 and levels[0] == ROOT and SENSOR_ID.fullmatch(levels[3]) else ""
