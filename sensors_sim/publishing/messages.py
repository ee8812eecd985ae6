"""What devices say of themselves over MQTT, as docs/reference/mqtt.md fixes it: registrations, online, offline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from cityops.devices.sensors import Sensor
from cityops.devices.topics import TopicChannel
from cityops.geography.coordinates import Crs


@dataclass(frozen=True, slots=True)
class PublishedMessage:
    """One MQTT message, always sent with QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


def meta_message(sensor: Sensor, *, lon: float, lat: float, crs: Crs = Crs.WGS84) -> PublishedMessage:
    """Return the registration of a device; lon and lat are in `crs`."""
    meta = {"kind": sensor.kind, "name": sensor.name, "lon": lon, "lat": lat, "crs": crs.value}
    return PublishedMessage(sensor.address.topic(TopicChannel.META), msgspec.json.encode(meta), retain=True)


def status_message(sensor: Sensor, status: str) -> PublishedMessage:
    """Return what a device says of itself: online or offline."""
    return PublishedMessage(sensor.address.topic(TopicChannel.STATUS), status.encode(), retain=True)


def greetings(sensors: Sequence[Sensor]) -> Iterator[PublishedMessage]:
    """Yield what devices say when they come up: first all registrations, then that they are online."""
    for sensor in sensors:
        yield meta_message(sensor, lon=sensor.lon, lat=sensor.lat)
    for sensor in sensors:
        yield status_message(sensor, "online")


def farewells(sensors: Sequence[Sensor]) -> Iterator[PublishedMessage]:
    """Yield what devices say when they go down."""
    for sensor in sensors:
        yield status_message(sensor, "offline")
