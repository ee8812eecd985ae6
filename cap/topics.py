"""What the broker keeps of public warnings: one connection that heals itself, and a mirror of its retained messages."""

import logging
import secrets
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cap.errors import BrokerUnusable
from cityops.devices.topics import WARNINGS

PATIENCE = 5.0  # seconds for a connection, and for each acknowledgement
MOST_HELD = 10_000  # topics; more are no warnings of ours, and are looked at when some of these are gone
logger = logging.getLogger(__name__)


class WarningTopics:
    """The topics below `cityops-warnings/`. Whatever is written there, by us too, comes back and is mirrored."""

    def __init__(self, url: str, ca_file: Path | None, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._address, self._client = _make_client(url, ca_file)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._changed = threading.Condition()
        self._is_started = False
        self._is_connected = False
        self._answers: dict[int, ReasonCode] = {}  # acknowledgements that nobody took yet, by message
        self._held: dict[str, bytes] = {}
        self._refusal = "no answer"

    def connect(self) -> None:
        """Be connected, from the first call on by itself. Raises BrokerUnusable."""
        if not self._is_started:
            self._client.connect_async(*self._address, keepalive=20)
            self._client.loop_start()
            self._is_started = True
        if not self._wait(lambda: self._is_connected):
            host, port = self._address
            raise BrokerUnusable(f"{host}:{port} does not let us in ({self._refusal}). {BrokerUnusable.__doc__}")

    def held(self) -> dict[str, bytes]:
        """Return what the broker is known to keep, by topic. Empty for a moment after each connection."""
        with self._changed:
            return dict(self._held)

    def put(self, topic: str, content: bytes, *, retain: bool = True, seconds: int | None = None) -> None:
        """Have the broker keep this, for so many seconds at most; nothing (b"") ends it. Raises BrokerUnusable."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if seconds is not None:
            properties.MessageExpiryInterval = seconds
        number = self._client.publish(topic, content, qos=1, retain=retain, properties=properties).mid
        self._wait(lambda: number in self._answers)
        answer = self._answers.pop(number, None)
        if answer is None or answer.is_failure:
            raise BrokerUnusable(f"{topic} is not taken ({answer or 'no answer'}). {BrokerUnusable.__doc__}")

    def close(self) -> None:
        """Leave. What the broker keeps stays."""
        self._client.disconnect()
        self._client.loop_stop()

    def _wait(self, condition: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, self._patience)

    def _on_connect(self, _c: mqtt.Client, _u: Any, _f: Any, code: ReasonCode, _p: Properties | None) -> None:
        with self._changed:
            self._is_connected, self._refusal = not code.is_failure, str(code)
            self._held.clear()  # a broker that was started again may have lost what it kept
            self._answers.clear()
            self._changed.notify_all()
        if not code.is_failure:
            self._client.subscribe(f"{WARNINGS}/#", qos=1)

    def _on_disconnect(self, _c: mqtt.Client, _u: Any, _f: Any, code: ReasonCode, _p: Properties | None) -> None:
        with self._changed:
            self._is_connected, self._refusal = False, str(code)
        if code.is_failure:
            logger.warning("broker lost", extra={"action": "reconnect", "reason": str(code)})

    def _on_publish(self, _c: mqtt.Client, _u: Any, number: int, code: ReasonCode, _p: Properties | None) -> None:
        with self._changed:
            self._answers[number] = code
            self._changed.notify_all()

    def _on_message(self, _c: mqtt.Client, _u: Any, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            if not message.payload:
                self._held.pop(message.topic, None)
            elif message.topic in self._held or len(self._held) < MOST_HELD:
                self._held[message.topic] = bytes(message.payload)


def _make_client(url: str, ca_file: Path | None) -> tuple[tuple[str, int], mqtt.Client]:
    parts = urlsplit(url)
    name = f"cityops-warnings-{secrets.token_hex(4)}"
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    client.reconnect_delay_set(min_delay=1, max_delay=15)
    if parts.username:
        client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
    if parts.scheme == "mqtts":
        client.tls_set_context(ssl.create_default_context(cafile=None if ca_file is None else str(ca_file)))
    return (parts.hostname or "localhost", parts.port or (8883 if parts.scheme == "mqtts" else 1883)), client
