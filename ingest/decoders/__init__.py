"""From topic and bytes to content. One module a format; to add one, write it and name it in `DECODERS`.

A decoder is a pure function of address, payload and the time of arrival. It raises Undecodable, which
names the field, and nothing else.
"""

from collections.abc import Callable
from datetime import datetime

from cityops.topics import BROKER, Address, Channel, TopicError, parse_topic
from ingest.decoders import broker, meta, senml, status, telemetry
from ingest.errors import Undecodable
from ingest.messages import Content, Message

Decoder = Callable[[Address, bytes, datetime], Content]

DECODERS: dict[Channel, Decoder] = {
    Channel.TELEMETRY: telemetry.decode,
    Channel.SENML: senml.decode,
    Channel.STATUS: status.decode,
    Channel.META: meta.decode,
}


def decode(message: Message) -> Content:
    """Decode a message of any channel. Raises Undecodable."""
    if message.topic.startswith(BROKER):
        return broker.decode(message.topic, message.payload)
    try:
        address, channel = parse_topic(message.topic)
    except TopicError as error:
        raise Undecodable(error.field, error.reason) from error
    return DECODERS[channel](address, message.payload, message.received_at)
