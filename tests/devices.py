"""A device for tests: an MQTT client that shares no code with the product."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.programs import wait_for


class Device:
    """A connected client that publishes with QoS 1 and waits for the broker's acknowledgement."""

    def __init__(self, client: mqtt.Client) -> None:
        self._client = client

    def listen(self, topic: str, hear: Callable[[mqtt.MQTTMessage], None]) -> None:
        """Hear what is published from now on: the broker has confirmed it, whether it grants the topic or not."""
        confirmed = threading.Event()
        self._client.on_message = lambda _client, _data, message: hear(message)
        self._client.on_subscribe = lambda *_: confirmed.set()
        self._client.subscribe(topic, qos=1)
        assert confirmed.wait(30), f"the broker did not confirm {topic}"

    def publish(self, topic: str, payload: bytes | str | dict[str, object], *, retain: bool = False) -> None:
        body = json.dumps(payload) if isinstance(payload, dict) else payload
        sent = self._client.publish(topic, body, qos=1, retain=retain)
        sent.wait_for_publish(30)
        assert sent.is_published(), f"the broker did not acknowledge {topic}"

    def register(self, root: str, kind: str, *, name: str, lon: float = 118.8, lat: float = 31.9) -> None:
        self.publish(f"{root}/meta", {"kind": kind, "name": name, "lon": lon, "lat": lat}, retain=True)

    def measure(self, root: str, time: datetime, **values: float) -> None:
        self.publish(f"{root}/telemetry", {"time": time.isoformat(), "values": dict(values)})


@contextmanager
def device(broker_url: str, *, protocol: int = mqtt.MQTTv311) -> Iterator[Device]:
    """Connect a device; most real ones still speak MQTT 3.1.1."""
    parts = urlsplit(broker_url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion(protocol))
    client.connect(parts.hostname or "", parts.port or 1883)
    client.loop_start()
    wait_for(client.is_connected, "the broker to accept a device")
    try:
        yield Device(client)
    finally:
        client.disconnect()
        client.loop_stop()
