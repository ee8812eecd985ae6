"""The broker's side of ingest: a persistent session that acknowledges only what is stored.

The client's callback copies a message onto a queue; nothing else happens on the network's thread.
The broker sends at most `RECEIVE_MAXIMUM` messages ahead of our acknowledgements, which bounds the queue.
"""

import logging
import ssl
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from cityops.topics import ROOT, Channel
from ingest.errors import BrokerRefused
from ingest.messages import Message
from ingest.network import Network
from ingest.wire import BufferedClient

logger = logging.getLogger(__name__)

RECEIVE_MAXIMUM = 10_000
SESSION_EXPIRY = 7 * 24 * 3600  # seconds: how long the broker keeps messages for a worker that is away
_REFUSALS = {"Bad user name or password", "Not authorized", "Banned", "Client identifier not valid"}


class Subscription:
    """One worker's session. Call start(), then take() messages and acknowledge() what is stored."""

    def __init__(
        self, url: str, filters: Sequence[str], *, client_id: str, now: Callable[[], datetime], ca_file: Path | None
    ) -> None:
        self._filters = filters
        self._now = now
        self._arrival = now()
        self._queue: SimpleQueue[Message] = SimpleQueue()
        self._refusal: str | None = None
        self._client = self._make_client(url, client_id, ca_file)
        self._network = Network(self._client, before_reading=self._note_arrival)

    def start(self) -> None:
        """Connect in the background, and again whenever the connection breaks."""
        self._network.start()

    def stop(self) -> None:
        """Leave. The session stays at the broker: what is not acknowledged comes again."""
        self._network.stop()

    @property
    def is_connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    def take(self, *, most: int, wait: float) -> list[Message]:
        """Return up to `most` messages, after waiting up to `wait` seconds for the first.

        Raises BrokerRefused when the broker does not want us: trying again would not help.
        """
        if self._refusal is not None:
            raise BrokerRefused(f"The broker says: {self._refusal}. {BrokerRefused.__doc__}")
        messages: list[Message] = []
        try:
            messages.append(self._queue.get(timeout=wait))
            while len(messages) < most:
                messages.append(self._queue.get_nowait())
        except Empty:
            return messages
        return messages

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tell the broker that messages are stored.

        Those of an earlier connection are left out: the broker sends them again, and their packet numbers may
        now stand for messages that are not stored yet.
        """
        self._network.acknowledge((message.mid, message.connection) for message in messages if message.qos > 0)

    def _make_client(self, url: str, client_id: str, ca_file: Path | None) -> BufferedClient:
        parts = urlsplit(url)
        client = BufferedClient(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True)
        if parts.username:
            client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            client.tls_set_context(ssl.create_default_context(cafile=ca_file))
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_EXPIRY
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        client.connect_async(parts.hostname or "", port, keepalive=30, clean_start=False, properties=properties)
        return client

    def _note_arrival(self) -> None:
        self._arrival = self._now()

    def _on_connect(
        self, client: mqtt.Client, _data: Any, flags: mqtt.ConnectFlags, code: ReasonCode, _properties: Any
    ) -> None:
        if code.is_failure:
            logger.warning("broker refused", extra={"action": "connect", "reason": str(code)})
            if str(code) in _REFUSALS:
                self._refusal = str(code)
            return
        client.subscribe([(topic_filter, SubscribeOptions(qos=1)) for topic_filter in self._filters])
        logger.info("connected to broker", extra={"action": "connect", "session_kept": flags.session_present})

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, _mid: int, codes: list[ReasonCode], _properties: Any
    ) -> None:
        refused = [str(code) for code in codes if code.is_failure]
        if refused:
            self._refusal = f"no right to subscribe ({', '.join(refused)})"
        else:
            logger.info("subscribed", extra={"action": "subscribe", "filters": list(self._filters)})

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: mqtt.DisconnectFlags, code: ReasonCode, _properties: Any
    ) -> None:
        if code.is_failure:
            logger.warning("broker lost, trying again", extra={"action": "disconnect", "reason": str(code)})

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = repr(message._topic)  # no valid MQTT, but it must end in `dead_letter`
        connection = self._network.connection
        self._queue.put(Message(topic, bytes(message.payload), self._arrival, message.mid, message.qos, connection))


def topic_filters(domains: Sequence[str], areas: Sequence[str], share: str | None) -> list[str]:
    """Return what a worker subscribes to: everything, a slice, or its part of a shared subscription.

    A shared subscription is never given retained messages, so registrations and states are subscribed to by
    each member as well; storing one twice changes nothing.
    """
    if not domains and not areas:
        slices = [f"{ROOT}/#"]
    else:
        slices = [f"{ROOT}/{area}/{domain}/+/+" for area in areas or ["+"] for domain in domains or ["+"]]
    if share is None:
        return slices
    retained = [f"{ROOT}/+/+/+/{channel}" for channel in (Channel.META, Channel.STATUS)]
    return [f"$share/{share}/{topic_filter}" for topic_filter in slices] + retained
