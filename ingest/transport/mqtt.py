"""The broker's side of ingest: a persistent session that acknowledges only what is stored.

Messages are taken out of the stream and put onto a queue; nothing else happens on the network's thread.
The broker sends at most `RECEIVE_MAXIMUM` messages ahead of our acknowledgements, which bounds the queue.
MQTT 5, because 3.1.1 has no such bound; it costs nothing here, where the client reads no messages.
"""

import logging
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from cityops.devices.topics import BROKER_DROPPED
from ingest.errors import BrokerRefused
from ingest.messages import Message
from ingest.transport.buffered_socket import BufferedClient
from ingest.transport.inbox import Inbox
from ingest.transport.network import Network
from ingest.transport.packets import split
from ingest.transport.sessions import SessionEvent

logger = logging.getLogger(__name__)

RECEIVE_MAXIMUM = 10_000
SESSION_EXPIRY = 7 * 24 * 3600  # seconds: how long the broker keeps messages for a worker that is away
_TAKEN_OVER = 0x8E  # a DISCONNECT of MQTT 5: another connection has our client id
_REFUSALS = {"Bad user name or password", "Not authorized", "Banned", "Client identifier not valid"}


class Subscription:
    """One session of a worker. Call start(), then take messages from `inbox` and acknowledge() what is stored.

    `leaving`: what an earlier version of this worker subscribed to, and a session that is kept may still hold.
    """

    def __init__(
        self,
        url: str,
        filters: Sequence[str],
        *,
        client_id: str,
        now: Callable[[], datetime],
        ca_file: Path | None,
        leaving: Sequence[str] = (),
        arrival: threading.Condition | None = None,
    ) -> None:
        self._filters = filters
        self._leaving = [topic_filter for topic_filter in leaving if topic_filter not in filters]
        self._now = now
        self.inbox = Inbox(arrival)
        self._refusal: str | None = None
        self.is_subscribed = False  # since the last start: the broker keeps what comes for us
        self._events: deque[SessionEvent] = deque()
        self._asks_counter = True
        self._counter_request: int | None = None  # the subscription to the broker's own counter, until it is answered
        self._client = self._make_client(url, client_id, ca_file)
        self._network = Network(self._client, has_room=lambda: self.inbox.has_room)

    def start(self) -> None:
        """Connect in the background, and again whenever the connection breaks."""
        self._network.start()

    def pause(self) -> None:
        """Read no more; what was read can still be taken and acknowledged."""
        self._network.pause()

    def stop(self) -> None:
        """Leave. The session stays at the broker: what is not acknowledged comes again."""
        self._network.stop()

    @property
    def is_connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    def session_events(self) -> list[SessionEvent]:
        """Return what became of the session since this was last asked."""
        return [self._events.popleft() for _ in range(len(self._events))]

    def check(self) -> None:
        """Raise BrokerRefused when the broker does not want us: trying again would not help."""
        if self._refusal is not None:
            raise BrokerRefused(f"The broker says: {self._refusal}. {BrokerRefused.__doc__}")

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that messages are stored.

        Those of an earlier connection are left out: the broker sends them again, and their packet numbers may
        now stand for messages that are not stored yet.
        """
        self._network.acknowledge(messages)

    def _make_client(self, url: str, client_id: str, ca_file: Path | None) -> BufferedClient:
        parts = urlsplit(url)
        client = BufferedClient(
            self._receive, CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True
        )
        if parts.username:
            client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            client.tls_set_context(ssl.create_default_context(cafile=ca_file))
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_EXPIRY
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        client.connect_async(parts.hostname or "", _port(url), keepalive=30, clean_start=False, properties=properties)
        return client

    def _receive(self, stream: bytes) -> tuple[bytes, bytes]:
        """Queue the messages of a stream; return what is for the client, and what is not whole yet."""
        pieces = split(stream, arrival=self._now(), connection=self._network.connection)
        if pieces.messages:
            self.inbox.put(pieces.messages, len(stream))
        if pieces.farewell == _TAKEN_OVER:
            self._events.append(SessionEvent(self._now(), taken=True))
        return pieces.others, pieces.rest

    def _on_connect(
        self, client: mqtt.Client, _data: Any, flags: mqtt.ConnectFlags, code: ReasonCode, _properties: Any
    ) -> None:
        if code.is_failure:
            logger.warning("broker refused", extra={"action": "connect", "reason": str(code)})
            if str(code) in _REFUSALS:
                self._refusal = str(code)
            return
        self._events.append(SessionEvent(self._now(), kept=flags.session_present))
        if flags.session_present:
            self.inbox.forget_before(self._network.connection)
        if self._asks_counter:
            _, self._counter_request = client.subscribe(BROKER_DROPPED, qos=0)
        if flags.session_present and self._leaving:
            client.unsubscribe(self._leaving)
        client.subscribe([(topic_filter, SubscribeOptions(qos=1)) for topic_filter in self._filters])
        logger.info("connected to broker", extra={"action": "connect", "session_kept": flags.session_present})

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, mid: int, codes: list[ReasonCode], _properties: Any
    ) -> None:
        if mid == self._counter_request:
            self._counter_request = None  # granted or not: a broker may keep its counters for itself
            return
        refused = [str(code) for code in codes if code.is_failure]
        if refused:
            self._refusal = f"no right to subscribe ({', '.join(refused)})"
        else:
            self.is_subscribed = True
            logger.info("subscribed", extra={"action": "subscribe", "filters": list(self._filters)})

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: mqtt.DisconnectFlags, code: ReasonCode, _properties: Any
    ) -> None:
        if self._counter_request is not None:
            # The embedded broker ends the connection of who asks for `$SYS`.
            self._asks_counter, self._counter_request = False, None
            logger.info("the broker does not tell what it dropped", extra={"action": "disconnect"})
        elif code.is_failure:
            logger.warning("broker lost, trying again", extra={"action": "disconnect", "reason": str(code)})


def broker_name(url: str) -> str:
    """Return host:port, without the password."""
    return f"{urlsplit(url).hostname}:{_port(url)}"


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (8883 if parts.scheme == "mqtts" else 1883)
