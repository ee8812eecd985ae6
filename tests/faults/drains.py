"""A session full of messages, published by a client that counts its acknowledgements."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from cityops.storage import Database
from tests.programs import running, wait_for

_WINDOW = 2000  # messages on their way to the broker at once
_DEVICES = 50
_FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


@dataclass(frozen=True)
class Site:
    """Where a fault test runs."""

    broker_url: str
    database_url: str
    log: Path

    @contextmanager
    def worker(self, *options: str, client_id: str = "faults") -> Iterator[Popen[bytes]]:
        """Run a worker, from the moment the broker hands it messages."""
        self.log.unlink(missing_ok=True)
        environment = {"CITYOPS_DATABASE_URL": self.database_url, "CITYOPS_MQTT_URL": self.broker_url}
        with running("ingest", "--client-id", client_id, *options, environment=environment, log=self.log) as process:
            wait_for(lambda: " subscribed " in self.log.read_text(), "the worker subscribed", seconds=60)
            yield process

    def stored(self) -> int:
        """Return how many readings there are; the primary key makes each one distinct."""
        database = Database(self.database_url, application="test")
        try:
            with database.transaction() as tx:
                count: int = tx.value("SELECT count(*) FROM reading")
                return count
        finally:
            database.close()

    def publish(self, first: int, count: int) -> int:
        """Publish readings number `first` and following; return how many the broker acknowledged."""
        acknowledged = 0
        window = threading.Semaphore(_WINDOW)

        def note(*_: object) -> None:
            nonlocal acknowledged
            acknowledged += 1
            window.release()

        client = _connect(self.broker_url)
        client.on_publish = note
        client.loop_start()
        for number in range(first, first + count):
            window.acquire()
            client.publish(*message(number), qos=1)
        wait_for(lambda: acknowledged == count, "every message acknowledged by the broker", seconds=120)
        client.disconnect()
        client.loop_stop()
        return acknowledged

    def register(self) -> None:
        """Let the devices introduce themselves."""
        client = _connect(self.broker_url)
        client.loop_start()
        for device in range(_DEVICES):
            meta = {"kind": "noise_meter", "name": f"噪声 {device}", "lon": 118.8, "lat": 31.9}
            client.publish(f"{_root(device)}/meta", json.dumps(meta), qos=1, retain=True).wait_for_publish(20)
        client.disconnect()
        client.loop_stop()


def message(number: int) -> tuple[str, bytes]:
    """Return topic and payload of the number-th reading; no two are the same reading."""
    device, moment = number % _DEVICES, _FIRST + timedelta(milliseconds=number)
    payload = {"time": moment.isoformat(), "values": {"leq": 40 + number % 30}, "seq": number // _DEVICES}
    return f"{_root(device)}/telemetry", json.dumps(payload).encode()


def _root(device: int) -> str:
    return f"cityops/990101001001/environment/F-{device:02d}"


def _connect(url: str) -> mqtt.Client:
    parts = urlsplit(url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(_WINDOW)
    client.connect(parts.hostname or "", parts.port or 1883)
    return client
