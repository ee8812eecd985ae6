"""From topic and bytes to content. One module a format; to add one, write it and name it in `DECODERS`.

A decoder is a pure function of address, payload and the time of arrival. It raises Undecodable, which
names the field, and nothing else.
"""

from collections.abc import Callable
from datetime import datetime

from cityops.devices.topics import BROKER, Address, TopicChannel, TopicError, parse_topic
from ingest.decoders import broker, meta, senml, status, telemetry
from ingest.errors import Undecodable
from ingest.messages import Content, Fragments, Message

Decoder = Callable[[Address, bytes, datetime], Content]

BOM = b"\xef\xbb\xbf"  # Windows programs put it before a text; RFC 8259, 8.1 lets a reader pass over it

DECODERS: dict[TopicChannel, Decoder] = {
    TopicChannel.TELEMETRY: telemetry.decode,
    TopicChannel.SENML: senml.decode,
    TopicChannel.STATUS: status.decode,
    TopicChannel.META: meta.decode,
}


def decode(message: Message) -> Content:
    """Decode a message of any channel. Raises Undecodable."""
    if message.topic.startswith(BROKER):
        return broker.decode(message.topic, message.payload)
    try:
        address, channel = parse_topic(message.topic)
    except TopicError as error:
        raise Undecodable(error.field, error.reason) from error
    return DECODERS[channel](address, message.payload.removeprefix(BOM), message.received_at)


def take_apart(message: Message) -> Fragments:
    """Take a message with readings apart, value by value. Raises Undecodable where nothing of it can be read."""
    address, channel = parse_topic(message.topic)
    splitter = telemetry.take_apart if channel is TopicChannel.TELEMETRY else senml.decode
    return splitter(address, message.payload.removeprefix(BOM), message.received_at)
