"""A session full of messages, published by a client that counts its acknowledgements."""

import json
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from cityops.storage import Database
from cityops.storage.messages.dead_letters import newest_letter
from tests.programs import running, wait_for

LONG = os.environ.get("CITYOPS_SOAK") == "1"  # `make soak`: the long form
MESSAGES = 200_000 if LONG else 12_000
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
            try:
                wait_for(lambda: " subscribed " in self.log.read_text(), "the worker subscribed", seconds=60)
                yield process
            except BaseException:
                sys.stdout.write(self.log.read_text())  # what a report of this test shows beside its failure
                raise

    @cached_property
    def _database(self) -> Database:
        """One connection: a test asks twenty times a second, and whatever is slow then is slow for the worker too."""
        return Database(self.database_url, application="test")

    def stored(self) -> int:
        """Return how many readings there are; the primary key makes each one distinct."""
        with self._database.transaction() as tx:
            count: int = tx.value("SELECT count(*) FROM reading")
            return count

    def letters(self) -> int:
        """Return how many dead letters there are."""
        with self._database.transaction() as tx:
            return newest_letter(tx)

    def publish(self, first: int, count: int) -> int:
        """Publish readings number `first` and following; return how many the broker acknowledged."""
        return self.publish_all(map(message, range(first, first + count)))

    def publish_all(self, messages: Iterable[tuple[str, bytes]]) -> int:
        """Publish messages, given as topic and payload; return how many the broker acknowledged."""
        published = acknowledged = 0
        window = threading.Semaphore(_WINDOW)

        def note(*_: object) -> None:
            nonlocal acknowledged
            acknowledged += 1
            window.release()

        client = _connect(self.broker_url)
        client.on_publish = note
        client.loop_start()
        for topic, payload in messages:
            window.acquire()
            client.publish(topic, payload, qos=1)
            published += 1
        wait_for(lambda: acknowledged == published, "every message acknowledged by the broker", seconds=120)
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


def fill(site: Site) -> None:
    """Make the worker's session, register the devices, and let messages pile up while it is away."""
    with site.worker():
        site.register()
    assert site.publish(0, MESSAGES) == MESSAGES


def drain(site: Site, worker: Popen[bytes], *, until: int = MESSAGES) -> None:
    """Wait until so many readings are stored."""
    wait_for(lambda: worker.poll() is not None or site.stored() >= until, "everything stored", seconds=300)
    assert worker.poll() is None, site.log.read_text()[-2000:]


def message(number: int, *, late: timedelta = timedelta()) -> tuple[str, bytes]:
    """Return topic and payload of the number-th reading; no two are the same reading."""
    device, moment = number % _DEVICES, _FIRST + timedelta(milliseconds=number) - late
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
