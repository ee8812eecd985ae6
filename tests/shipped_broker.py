"""The broker of production, run here: the shipped files on Debian's Mosquitto. And clients that enter it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

REPOSITORY = Path(__file__).parents[1]
DEPLOY = REPOSITORY / "deploy"
BROKER_USER = 1883  # as in docker-compose.yml
IS_ROOT = os.geteuid() == 0
PAYLOAD = b'{"time": "2026-07-01T08:15:00+08:00", "values": {"flow": 1}}'


@dataclass
class Broker:
    """A Mosquitto that runs the shipped configuration below a folder of its own."""

    folder: Path
    plain_port: int
    tls_port: int
    blocked: Path | None = None  # run by broker.sh, which has the names in this file refused
    _process: subprocess.Popen[bytes] | None = None

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def authority(self) -> Path:
        return self.secrets / "ca" / "ca.crt"

    def password(self, account: str) -> str:
        url = (self.secrets / f"{account}_mqtt_url").read_text()
        return url.split(":")[2].split("@")[0]

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            configuration = str(self.folder / "config/mosquitto.conf")
            by_itself = [find_mosquitto(), "-c", configuration]
            self._process = subprocess.Popen(
                by_itself
                if self.blocked is None
                else ["sh", str(self.folder / "config/broker.sh"), configuration, str(self.blocked)],
                stdout=log,
                stderr=log,
                **(_as_broker_user() if IS_ROOT else {}),
            )
        wait_until(lambda: answers(self.plain_port) and answers(self.tls_port), self.log)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=20)
            finally:
                self._process.kill()
                self._process.wait()

    def reload(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


@dataclass
class Session:
    """One MQTT client and everything that it was told."""

    client: mqtt.Client
    connected: Queue[str] = field(default_factory=Queue)
    subscribed: Queue[int] = field(default_factory=Queue)
    published: Queue[ReasonCode] = field(default_factory=Queue)
    messages: Queue[mqtt.MQTTMessage] = field(default_factory=Queue)

    def publish(self, topic: str, payload: bytes = PAYLOAD) -> str:
        """Publish with QoS 1 and return the broker's answer."""
        self.client.publish(topic, payload, qos=1)
        return self.published.get(timeout=10).getName()

    def subscribe(self, topic: str) -> None:
        self.client.subscribe(topic, qos=1)
        self.subscribed.get(timeout=10)

    def receive(self, count: int) -> list[mqtt.MQTTMessage]:
        return [self.messages.get(timeout=10) for _ in range(count)]

    def hears_nothing(self) -> bool:
        try:
            self.messages.get(timeout=0.5)
        except Empty:
            return True
        return False

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@contextmanager
def shipped_broker(*, blocks: bool = False) -> Iterator[Broker]:
    """Run a broker of the test's own; with `blocks` by the script that keeps out who is blocked.

    Skips the test, with a word, where no Mosquitto is installed.
    """
    find_mosquitto()
    # Not pytest's own folder: the broker runs as another user and could not enter that.
    with tempfile.TemporaryDirectory(prefix="cityops-broker-") as name:
        broker = prepare(Path(name))
        broker.blocked = Path(name) / "blocked" if blocks else None
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


def find_mosquitto() -> str:
    found = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        word = "Mosquitto is not installed; `apt-get install mosquitto mosquitto-clients` brings it."
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)
    return found


def prepare(folder: Path) -> Broker:
    """Make secrets, and lay the shipped configuration out with paths and ports of this test only."""
    folder.chmod(0o755)
    make_secrets(folder / "secrets")
    (folder / "secrets").chmod(0o711)  # Docker mounts secrets/broker itself; here the way leads through
    shutil.copytree(DEPLOY / "mosquitto", folder / "config")
    (folder / "data").mkdir()
    broker = Broker(folder, plain_port=free_port(), tls_port=free_port())
    changes = {
        "/mosquitto/secrets/": f"{folder}/secrets/broker/",
        "/mosquitto/config/": f"{folder}/config/",
        "/mosquitto/data/": f"{folder}/data/",
        "listener 8883": f"listener {broker.tls_port} 127.0.0.1",
        "listener 1883": f"listener {broker.plain_port}",
    }
    text = adapted((folder / "config/mosquitto.conf").read_text(), changes)
    (folder / "config/mosquitto.conf").write_text(text)
    for path in (folder / "config").iterdir():
        path.chmod(0o644)
    if IS_ROOT:
        os.chown(folder / "data", BROKER_USER, BROKER_USER)
    return broker


def adapted(shipped: str, changes: Mapping[str, str]) -> str:
    """Return a shipped text with paths and ports of a test; each that is changed must stand in it."""
    for old, new in changes.items():
        assert old in shipped
        shipped = shipped.replace(old, new)
    return shipped


def make_secrets(secrets: Path, *names: str) -> str:
    return run_script("secrets.sh", *names, secrets=secrets)


def run_script(script: str, *arguments: str, secrets: Path) -> str:
    environment = os.environ | {"CITYOPS_SECRETS": str(secrets)}
    command = ["sh", str(DEPLOY / script), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def open_session(
    broker: Broker,
    account: str | None,
    password: str | None = None,
    *,
    client_id: str = "",
    keep: bool = False,
    protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
    authority: Path | None = None,
    manual_ack: bool = False,
) -> Session:
    """Connect and wait for the answer; with an authority over TLS, else plain. Raises ConnectionRefusedError."""
    is_v5 = protocol is MQTTProtocolVersion.MQTTv5
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=protocol,
        clean_session=None if is_v5 else not keep,
        manual_ack=manual_ack,
    )
    if account is not None:
        client.username_pw_set(account, password or broker.password(account))
    if authority is not None:
        client.tls_set(ca_certs=str(authority))
    client.max_inflight_messages_set(1000)
    session = Session(client)
    client.on_connect = lambda _c, _u, _f, reason, _p: session.connected.put(reason.getName())
    client.on_subscribe = lambda _c, _u, mid, _r, _p: session.subscribed.put(mid)
    client.on_publish = lambda _c, _u, _m, reason, _p: session.published.put(reason)
    client.on_message = lambda _c, _u, message: session.messages.put(message)
    properties = Properties(PacketTypes.CONNECT) if is_v5 else None  # type: ignore[no-untyped-call]
    if properties is not None and keep:
        properties.SessionExpiryInterval = 3600
    client.connect(
        "127.0.0.1",
        broker.plain_port if authority is None else broker.tls_port,
        clean_start=not keep if is_v5 else mqtt.MQTT_CLEAN_START_FIRST_ONLY,
        properties=properties,
    )
    client.loop_start()
    answer = session.connected.get(timeout=10)
    if answer != "Success":
        session.close()
        raise ConnectionRefusedError(answer)
    return session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], bool], explain: Callable[[], str], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, explain()
        time.sleep(0.05)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _as_broker_user() -> dict[str, Any]:
    return {"user": BROKER_USER, "group": BROKER_USER, "extra_groups": []}
