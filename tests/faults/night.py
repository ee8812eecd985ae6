"""A whole operations centre for a bad night: servers that can be broken, programs that are kept running, load, a wall.

What a supervisor of a real installation does (Compose, systemd) is done here by `tend`: what died is started again.
Nothing else is touched: what comes back comes back by itself.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion
from websockets.sync.client import connect

from cityops.embedded import ports
from cityops.embedded.errors import ServerFailed
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.supervisor import Supervisor
from cityops.storage import Database
from dashboard import texts
from tests.faults.conftest import Mosquitto
from tests.programs import wait_for

DEVICES = 20
EVERY = 0.05  # seconds between two messages
SILENCE = 4.0  # seconds after which a screen itself says that it has lost its server
ROOT = "cityops/990101001001/environment/N-{:02d}"
Reading = tuple[str, datetime]  # sensor, device time: no two are the same


class Load:
    """Devices that report all the time; it remembers which readings the broker acknowledged."""

    def __init__(self, url: str) -> None:
        self.acknowledged: set[Reading] = set()
        self._sent: dict[int, Reading] = {}
        self._ended = threading.Event()
        parts = urlsplit(url)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="load", clean_session=False)
        self._client.reconnect_delay_set(1, 2)
        self._client.on_publish = lambda _client, _data, number, *_: self._note(number)
        self._client.connect(parts.hostname or "", parts.port or 1883)
        self._client.loop_start()
        for device in range(DEVICES):
            meta = {"kind": "noise_meter", "name": f"噪声 {device}", "lon": 118.8, "lat": 31.9}
            told = self._client.publish(f"{ROOT.format(device)}/meta", json.dumps(meta), qos=1, retain=True)
            told.wait_for_publish(30)
        self._thread = threading.Thread(target=self._report, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Report no more, and wait until the broker has what is under way."""
        self._ended.set()
        self._thread.join()
        wait_for(lambda: not self._sent, "the broker acknowledges what is under way", seconds=120)
        self._client.disconnect()
        self._client.loop_stop()

    def _report(self) -> None:
        number = 0
        while not self._ended.wait(EVERY):
            number += 1
            moment = datetime.now(UTC)
            topic = ROOT.format(number % DEVICES)
            payload = {"time": moment.isoformat(), "values": {"leq": 40 + number % 30}}
            told = self._client.publish(f"{topic}/telemetry", json.dumps(payload), qos=1)
            self._sent[told.mid] = (topic.rpartition("/")[2], moment)

    def _note(self, number: int) -> None:
        # The acknowledgement may overtake the line that notes the sending.
        deadline = time.monotonic() + 0.5
        while number not in self._sent and time.monotonic() < deadline:
            time.sleep(0.001)
        reading = self._sent.pop(number, None)
        if reading is not None:
            self.acknowledged.add(reading)


class Wall:
    """A screen of the room: the picture as it is pushed, and what it says in letters of the product's own troubles."""

    def __init__(self, port: int) -> None:
        self.picture: dict[str, Any] = {}
        self.said: set[str] = set()  # everything that it ever said
        self._beat_at = 0.0
        self._address = f"ws://127.0.0.1:{port}/live"
        self._ended = False
        threading.Thread(target=self._watch, daemon=True).start()

    def words(self) -> list[str]:
        """Return what a person in the room reads now; nothing while all is well."""
        words = texts.for_browser("zh")
        if time.monotonic() - self._beat_at > SILENCE:
            found = [words["lost"]]
        elif self.picture.get("database", {}).get("lost"):
            found = [words["database"]]
        else:
            found = [trouble["zh"] for trouble in self.picture.get("troubles", {}).values()]
        self.said |= set(found)
        return found

    def end(self) -> None:
        """Look no more."""
        self._ended = True

    def _watch(self) -> None:
        while not self._ended:
            with suppress(Exception), connect(self._address, open_timeout=5) as socket:  # then again, as a screen
                while not self._ended:
                    message = json.loads(socket.recv(timeout=SILENCE))
                    self.picture = message["whole"] if "whole" in message else merged(self.picture, message["patch"])
                    self._beat_at = time.monotonic()
            time.sleep(0.5)


def merged(target: Any, patch: dict[str, Any]) -> dict[str, Any]:
    """Return what a screen has after a step (RFC 7396)."""
    found = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = merged(found.get(key), value) if isinstance(value, dict) else value
    return found


class Night:
    """Database, broker, ingest, watch, dashboard, load and a wall. `disks`: folders whose free space is watched."""

    def __init__(self, postgres: EmbeddedPostgres, broker: Mosquitto, folder: Path, disks: list[Path]) -> None:
        self.postgres, self.broker, self.folder = postgres, broker, folder
        self.may_start_database = True
        self.clock = folder / "ingest-clock"
        self.clock.write_text("+0\n")
        self._port = ports.free_port()
        environment = os.environ | {
            "CITYOPS_DATABASE_URL": postgres.url,
            "CITYOPS_MQTT_URL": broker.url,
            "CITYOPS_WALL_OPEN": "true",
            "CITYOPS_COOKIE_SECURE": "false",
            "CITYOPS_DATA_DIR": str(folder / "no-data"),
            "CITYOPS_DISKS": ",".join(map(str, disks)),
        }
        self.programs = Supervisor(environment, folder)
        cityops = [sys.executable, "-m", "cityops"]
        self.programs.start("dashboard", [*cityops, "dashboard", "--port", str(self._port)])
        self.programs.start("watch", [*cityops, "watch"])
        self.programs.start("ingest", ["/usr/bin/env", *_clock_settings(self.clock), *cityops, "ingest"])
        wait_for(lambda: ports.answers(self._port), "the dashboard answers", seconds=120)
        ingest = folder / "ingest.log"
        wait_for(lambda: ingest.exists() and " subscribed " in ingest.read_text(), "ingest subscribed", seconds=120)
        self.load = Load(broker.url)
        self.wall = Wall(self._port)

    def tend(self) -> None:
        """Start again what died."""
        self.programs.tend()
        if self.may_start_database and not self.postgres.is_running:
            with suppress(ServerFailed):  # its disk may be full still
                self.postgres.start()
        self.broker.tend()

    def wait(self, condition: Callable[[], object], what: str, *, seconds: float = 90) -> None:
        """Wait until a condition holds, and keep everything running meanwhile."""

        def tended() -> object:
            self.tend()
            return condition()

        try:
            wait_for(tended, what, seconds=seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the wall says {self.wall.words()}; logs in {self.folder}") from error

    def is_well(self) -> bool:
        """Whether the wall names no trouble, and what was acknowledged a moment ago is stored."""
        newest = self.wall.picture.get("received", 0) / 1000
        return not self.wall.words() and abs(time.time() - newest) < 5

    def pid_of(self, name: str) -> int:
        """Return the process number of a program."""
        (service,) = (one for one in self.programs.services if one.name == name)
        assert service.process is not None
        return service.process.pid

    def stored(self) -> set[Reading]:
        """Return every reading that is stored."""
        database = Database(self.postgres.url, application="test")
        try:
            with database.transaction() as tx:
                rows = tx.rows("SELECT sensor_id, time FROM reading JOIN series USING (series_id)")
            return {(row["sensor_id"], row["time"]) for row in rows}
        finally:
            database.close()

    def end(self) -> None:
        """Stop what is left."""
        self.wall.end()
        self.programs.stop()


def database_processes(postgres: EmbeddedPostgres) -> list[psutil.Process]:
    """Return the server and its children."""
    server = psutil.Process(postgres.pid)
    return [server, *server.children(recursive=True)]


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Send a signal to processes, some of which may have ended."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def fake_time() -> Path | None:
    """Return Debian's libfaketime, which steps the clock of one program; None where it is not installed."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


def _clock_settings(clock: Path) -> list[str]:
    library = fake_time()
    if library is None:
        return ["CITYOPS_NO_FAKETIME=1"]
    return [
        f"LD_PRELOAD={library}",
        f"FAKETIME_TIMESTAMP_FILE={clock}",
        "FAKETIME_CACHE_DURATION=1",
        "DONT_FAKE_MONOTONIC=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
    ]
