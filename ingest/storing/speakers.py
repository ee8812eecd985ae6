"""Which device speaks: the one that is registered, one that was retired, or a second one with the same id."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from cityops.devices.identity import speaks_elsewhere
from cityops.devices.topics import Address, TopicError, parse_topic
from cityops.storage.messages.dead_letters import DeadLetter
from ingest.checks.device_cache import Device
from ingest.dead_letters.letters import retired_sensor, unknown_sensor
from ingest.errors import Undecodable
from ingest.messages import Message


def address_of(message: Message) -> Address:
    """Return the address of a message that was decoded."""
    return parse_topic(message.topic)[0]


def find_device(message: Message, sensor_id: str, devices: Mapping[str, Device]) -> Device:
    """Return the device that a message is of. Raises Undecodable."""
    device = devices.get(sensor_id)
    if device is None:
        raise unknown_sensor(sensor_id)
    if device.retired_at is not None:
        raise retired_sensor(sensor_id, device.retired_at)
    if device.area not in (None, address_of(message).area):
        raise Undecodable("topic.area", speaks_elsewhere(sensor_id, device.area))
    return device


def new_speakers(messages: Iterable[Message], devices: Mapping[str, Device]) -> dict[str, str]:
    """Return the areas of the devices that speak for the first time, by sensor id."""
    addresses = (address_of(message) for message in messages)
    return {
        address.sensor: address.area
        for address in addresses
        if address.sensor in devices and devices[address.sensor].area is None
    }


def rivals(letters: Iterable[DeadLetter], devices: Mapping[str, Device]) -> list[tuple[str, str, str]]:
    """Return the second devices among the senders of letters: sensor id, area and domain of the topic."""
    topics = {letter.topic for letter in letters if letter.field == "topic.area"}
    found = []
    for topic in topics:
        with suppress(TopicError):
            address, _ = parse_topic(topic)
            device = devices.get(address.sensor)
            if device is not None and device.area not in (None, address.area):
                found.append((address.sensor, address.area, address.domain))
    return found
