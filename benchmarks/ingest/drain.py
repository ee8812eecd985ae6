"""A persistent session is filled, and then drained by somebody: how fast, and at what cost."""

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from benchmarks.ingest.publisher import publish

DEVICES = 1000
METRICS = ("pm25", "pm10", "no2")
_WINDOW = 5000  # messages on their way to the broker at once


@dataclass(frozen=True)
class Load:
    """What a session holds: `messages` messages of `pack` moments each, of three metrics a moment."""

    messages: int
    pack: int
    start: datetime

    @property
    def rows(self) -> int:
        return self.messages * self.pack * len(METRICS)

    def generate(self) -> Iterable[tuple[str, bytes]]:
        for number in range(self.messages):
            device = number % DEVICES
            first = number // DEVICES * self.pack
            entries = [self._entry(first + moment, device) for moment in range(self.pack)]
            payload = json.dumps(entries if self.pack > 1 else entries[0])
            yield f"cityops/990101001001/environment/AQ-{device:04d}/telemetry", payload.encode()

    def _entry(self, moment: int, device: int) -> dict[str, object]:
        time_ = (self.start + timedelta(seconds=moment)).isoformat()
        return {"time": time_, "values": {"pm25": 30 + device % 9 + 0.5, "pm10": 61.2, "no2": 40.1}, "seq": moment}


def load_of(messages: int, pack: int = 1) -> Load:
    """A load whose last reading is a minute old: fresh enough for alerts to be judged."""
    moments = -(-messages // DEVICES) * pack
    return Load(messages, pack, datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=moments + 60))


def connect(url: str, client_id: str, *, protocol: int, clean: bool) -> mqtt.Client:
    """Connect a plain client that acknowledges by hand and may publish `_WINDOW` messages ahead."""
    parts = urlsplit(url)
    version5 = protocol == mqtt.MQTTv5
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion(protocol), manual_ack=True,
        clean_session=None if version5 else clean,
    )  # fmt: skip
    client.max_inflight_messages_set(_WINDOW)
    if version5:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = 3600
        properties.ReceiveMaximum = 10_000
        client.connect(parts.hostname or "", parts.port or 1883, clean_start=clean, properties=properties)
    else:
        client.connect(parts.hostname or "", parts.port or 1883)
    return client


def fill(url: str, client_id: str, load: Load, *, protocol: int = mqtt.MQTTv5, topic: str = "cityops/#") -> None:
    """Make a fresh session and publish a load into it."""
    _visit(url, client_id, protocol=protocol, clean=True, topic=None)
    _visit(url, client_id, protocol=protocol, clean=False, topic=topic)
    publish(url, load.generate())


def _visit(url: str, client_id: str, *, protocol: int, clean: bool, topic: str | None) -> None:
    """Connect, subscribe to a topic, and leave; a clean visit forgets the session of earlier ones."""
    welcomed = threading.Event()
    visitor = connect(url, client_id, protocol=protocol, clean=clean)
    visitor.on_subscribe = lambda *_: welcomed.set()
    visitor.on_connect = lambda client, *_: client.subscribe(topic, qos=1) if topic else welcomed.set()
    visitor.loop_start()
    if not welcomed.wait(10):
        raise RuntimeError(f"the broker does not answer {client_id}")
    visitor.disconnect()
    visitor.loop_stop()


def receive(
    url: str, client_id: str, count: int, *, protocol: int, handle: Callable[[mqtt.MQTTMessage], None]
) -> float:
    """Drain a session with a plain client: handle, acknowledge. Return messages a second."""
    done = threading.Event()
    received = 0
    started = 0.0

    def take(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        nonlocal received, started
        started = started or time.perf_counter()
        handle(message)
        client.ack(message.mid, message.qos)
        received += 1
        if received >= count:
            done.set()

    client = connect(url, client_id, protocol=protocol, clean=False)
    client.on_message = take
    client.loop_start()
    if not done.wait(600):
        raise RuntimeError(f"only {received} of {count} messages came")
    elapsed = time.perf_counter() - started
    client.disconnect()
    client.loop_stop()
    return count / elapsed
