"""One MQTT connection for many simulated devices: bounded in flight, patient when the broker goes away."""

import logging
import secrets
import ssl
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cityops.operations.watchdog import show_progress
from cityops.settings import Settings
from sensors_sim.errors import BrokerRefused, BrokerUnreachable
from sensors_sim.publishing.messages import PublishedMessage

logger = logging.getLogger(__name__)
IN_FLIGHT = 1000  # messages without an acknowledgement; more would only grow queues
ROOM = IN_FLIGHT // 2  # once there were so many, we go on when half are answered: to wake for each one costs more
HOPELESS = {"Bad user name or password", "Not authorized", "Unsupported protocol version", "Banned"}


class Connection:
    """A connection that heals itself. `epoch` counts how often the broker has let us in.

    Counters: `published` messages handed over, `acknowledged` and `refused` by the broker.
    """

    def __init__(self, settings: Settings, *, name: str, stopping: threading.Event | None = None) -> None:
        url = urlsplit(settings.require_mqtt_url())
        self._host, self._port = url.hostname or "localhost", url.port or (8883 if url.scheme == "mqtts" else 1883)
        self._client = _make_client(f"cityops-{name}-{secrets.token_hex(4)}")
        if url.username:
            self._client.username_pw_set(unquote(url.username), unquote(url.password or ""))
        if url.scheme == "mqtts":
            self._client.tls_set_context(_tls(settings.mqtt_ca_file))
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._changed = threading.Condition()
        self._stopping = stopping or threading.Event()
        self._refusal: str | None = None
        self.connected = False
        self.epoch = 0
        self.published = self.acknowledged = self.refused = 0

    @property
    def in_flight(self) -> int:
        """How many messages wait for their acknowledgement."""
        return self.published - self.acknowledged - self.refused

    def open(self, *, patience: float = 15.0) -> None:
        """Connect; try again for `patience` seconds. Raises BrokerRefused or BrokerUnreachable."""
        self._client.connect_async(self._host, self._port, keepalive=20)
        self._client.loop_start()
        self._wait(lambda: self.connected or self._refusal is not None, patience)
        if self._refusal is not None or not self.connected:
            self.close()
            self._raise_refusal()
            raise BrokerUnreachable(f"No broker answers at {self._host}:{self._port}. {BrokerUnreachable.__doc__}")

    def publish(self, message: PublishedMessage) -> bool:
        """Send one message with QoS 1 when there is room. Return False when we are told to stop meanwhile.

        Raises BrokerRefused when the broker has thrown us out for good.
        """
        if self.in_flight >= IN_FLIGHT:
            self._wait(lambda: self.in_flight <= ROOM or self._refusal is not None, None)
        self._raise_refusal()
        if self._stopping.is_set():
            return False
        self.publish_now(message)
        return True

    def publish_now(self, message: PublishedMessage) -> None:
        """Send one message with QoS 1 even while stopping."""
        with self._changed:
            self.published += 1  # before the call: the acknowledgement may come during it
        self._client.publish(message.topic, message.payload, qos=1, retain=message.retain)

    def wait_acknowledged(self, patience: float | None = None) -> bool:
        """Wait until the broker has answered every message. Return False when time or patience ran out."""
        self._wait(lambda: self.in_flight == 0 or self._refusal is not None, patience)
        self._raise_refusal()
        return self.in_flight == 0

    def close(self) -> None:
        """Say goodbye and stop the network thread."""
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wait(self, condition: Any, patience: float | None) -> None:
        """Wait until the condition holds, patience (seconds) runs out, or, without patience, we are told to stop."""
        until = None if patience is None else time.monotonic() + patience
        with self._changed:
            while not condition():
                show_progress()  # a broker that is away is waited for
                if until is None and self._stopping.is_set():
                    return
                if until is not None and time.monotonic() >= until:
                    return
                self._changed.wait(0.1)

    def _raise_refusal(self) -> None:
        if self._refusal is not None:
            raise BrokerRefused(f"{self._host}:{self._port} says: {self._refusal}. {BrokerRefused.__doc__}")

    def _on_connect(self, _c: mqtt.Client, _u: Any, _f: Any, code: ReasonCode, _p: Properties | None) -> None:
        with self._changed:
            if code.is_failure:
                self._refusal = str(code) if str(code) in HOPELESS else None
                logger.warning("broker refused", extra={"action": "connect", "reason": str(code)})
            else:
                self.connected, self.epoch = True, self.epoch + 1
                logger.info("connected", extra={"action": "connect", "epoch": self.epoch})
            self._changed.notify_all()

    def _on_disconnect(self, _c: mqtt.Client, _u: Any, _f: Any, code: ReasonCode, _p: Properties | None) -> None:
        with self._changed:
            self.connected = False
            self._changed.notify_all()
        if code.is_failure:
            logger.warning("broker lost", extra={"action": "reconnect", "reason": str(code)})

    def _on_publish(self, _c: mqtt.Client, _u: Any, _mid: int, code: ReasonCode, _p: Properties | None) -> None:
        with self._changed:
            if code.is_failure:
                self.refused += 1
                logger.warning("message refused", extra={"action": "publish", "reason": str(code)})
            else:
                self.acknowledged += 1
            if self.in_flight in {ROOM, 0}:
                self._changed.notify_all()


def _make_client(client_id: str) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
    client.max_inflight_messages_set(200)  # the broker may ask for fewer (Receive Maximum)
    client.max_queued_messages_set(0)  # `IN_FLIGHT` is the limit: paho must not drop what we have counted
    client.reconnect_delay_set(min_delay=1, max_delay=15)
    return client


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
