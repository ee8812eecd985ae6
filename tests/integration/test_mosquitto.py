"""What docker-compose.yml would run as the broker, run here: the shipped files on Debian's Mosquitto."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import paho.mqtt.client as mqtt
import pytest
import yaml
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
BROKER_USER = 1883  # as in docker-compose.yml
IS_ROOT = os.geteuid() == 0
TOPIC = "cityops/310115/traffic/{}/telemetry"
PAYLOAD = b'{"time": "2026-07-01T08:15:00+08:00", "values": {"flow": 1}}'

pytestmark = pytest.mark.mosquitto


@dataclass
class Broker:
    """A Mosquitto that runs the shipped configuration below a folder of its own."""

    folder: Path
    plain_port: int
    tls_port: int
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
            self._process = subprocess.Popen(
                [find_mosquitto(), "-c", str(self.folder / "mosquitto.conf")],
                stdout=log,
                stderr=log,
                **(_as_broker_user() if IS_ROOT else {}),
            )
        wait_until(lambda: _answers(self.plain_port) and _answers(self.tls_port), self.log)

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


Connect = Callable[..., Session]


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    find_mosquitto()
    # Not pytest's own folder: the broker runs as another user and could not enter that.
    with tempfile.TemporaryDirectory(prefix="cityops-broker-") as name:
        broker = prepare(Path(name))
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


@pytest.fixture
def connect(broker: Broker) -> Iterator[Connect]:
    """Connect as somebody; every session ends with the test."""
    sessions: list[Session] = []

    def connect(account: str | None, password: str | None = None, **options: Any) -> Session:
        session = open_session(broker, account, password, **options)
        sessions.append(session)
        return session

    yield connect
    for session in sessions:
        session.close()


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
    (folder / "data").mkdir()
    (folder / "acl").write_text((DEPLOY / "mosquitto/acl").read_text())
    broker = Broker(folder, plain_port=free_port(), tls_port=free_port())
    (folder / "plain").mkdir()
    plain = (DEPLOY / "mosquitto/plain-loopback.conf").read_text()
    (folder / "plain/plain.conf").write_text(plain.replace("listener 1883", f"listener {broker.plain_port}"))
    text = (DEPLOY / "mosquitto/mosquitto.conf").read_text()
    for shipped, here in {
        "/mosquitto/secrets/": f"{folder}/secrets/broker/",
        "/mosquitto/config/": f"{folder}/",
        "/mosquitto/data/": f"{folder}/data/",
        "listener 8883": f"listener {broker.tls_port} 127.0.0.1",
    }.items():
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "mosquitto.conf").write_text(text)
    (folder / "mosquitto.conf").chmod(0o644)
    (folder / "acl").chmod(0o644)
    if IS_ROOT:
        os.chown(folder / "data", BROKER_USER, BROKER_USER)
    return broker


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


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _as_broker_user() -> dict[str, Any]:
    return {"user": BROKER_USER, "group": BROKER_USER, "extra_groups": []}


def test_a_second_run_keeps_every_secret(broker: Broker) -> None:
    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in broker.secrets.rglob("*") if path.is_file()}

    before = contents()
    make_secrets(broker.secrets)

    assert before == contents()


def test_only_its_owner_reads_a_secret(broker: Broker) -> None:
    files = [path for path in broker.secrets.rglob("*") if path.is_file() and path != broker.authority]

    assert len(files) > 10
    assert {0o600} == {path.stat().st_mode & 0o777 for path in files}


def test_no_two_secrets_are_alike(broker: Broker) -> None:
    texts = [path.read_text() for path in broker.secrets.rglob("*") if path.is_file()]
    made = [set(re.findall(r"\b[0-9a-f]{48}\b", text)) for text in texts]
    random = [secret for found in made for secret in found]

    # 7 passwords and keys; the two that open the database stand in their own files and in the URLs.
    assert len(set(random)) == 7
    assert len(random) == 9


@pytest.mark.parametrize("name", ["", "a b", "a:b", "../a", "x" * 65, "ingest"])
def test_an_account_with_an_impossible_or_taken_name_is_refused(broker: Broker, name: str) -> None:
    before = (broker.secrets / "broker/passwords").read_bytes()

    with pytest.raises(subprocess.CalledProcessError):
        run_script("account.sh", name, secrets=broker.secrets)

    assert before == (broker.secrets / "broker/passwords").read_bytes()


def test_nobody_enters_without_an_account(connect: Connect) -> None:
    with pytest.raises(ConnectionRefusedError, match="Not authorized"):
        connect(None)


def test_a_wrong_password_is_refused(connect: Connect) -> None:
    with pytest.raises(ConnectionRefusedError, match="Not authorized"):
        connect("ingest", "wrong")


def test_tls_with_our_authority_is_accepted(broker: Broker, connect: Connect) -> None:
    session = connect("simulator", authority=broker.authority)

    assert session.publish(TOPIC.format("tls")) in {"Success", "No matching subscribers"}


def test_a_client_that_does_not_know_our_authority_refuses_the_broker(broker: Broker) -> None:
    public_authorities = ssl.create_default_context()

    with (
        socket.create_connection(("127.0.0.1", broker.tls_port), timeout=5) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        public_authorities.wrap_socket(plain, server_hostname="localhost")


def test_the_tls_port_answers_no_plain_client(broker: Broker) -> None:
    answer = b""
    with socket.create_connection(("127.0.0.1", broker.tls_port), timeout=5) as plain:
        plain.sendall(b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a")  # CONNECT
        with suppress(ConnectionResetError):
            answer = plain.recv(1)

    assert answer != b"\x20"  # CONNACK


@pytest.fixture(scope="module")
def device_password(broker: Broker) -> str:
    """The password of a device that got its account while the broker was running."""
    told = run_script("account.sh", "cam-1", secrets=broker.secrets)
    broker.reload()
    return told.splitlines()[1].removeprefix("password ")


def test_a_new_account_is_known_after_a_reload(broker: Broker, connect: Connect, device_password: str) -> None:
    assert connect("cam-1", device_password, authority=broker.authority).client.is_connected()


def test_a_device_reaches_ingest_on_its_own_topic(connect: Connect, device_password: str) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cityops/#")

    answer = connect("cam-1", device_password).publish(TOPIC.format("cam-1"))

    assert answer == "Success"
    assert [TOPIC.format("cam-1")] == [message.topic for message in ingest.receive(1)]


def test_a_device_of_mqtt_5_is_told_that_a_foreign_topic_is_forbidden(connect: Connect, device_password: str) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cityops/#")

    answer = connect("cam-1", device_password).publish(TOPIC.format("cam-2"))

    assert answer == "Not authorized"
    assert ingest.hears_nothing()


def test_a_foreign_topic_of_a_device_of_mqtt_3_reaches_nobody(connect: Connect, device_password: str) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cityops/#")
    device = connect("cam-1", device_password, protocol=MQTTProtocolVersion.MQTTv311)

    device.publish(TOPIC.format("cam-2"))
    device.publish(TOPIC.format("cam-1"))

    assert [TOPIC.format("cam-1")] == [message.topic for message in ingest.receive(1)]
    assert ingest.hears_nothing()


def test_a_device_hears_no_other_device(connect: Connect, device_password: str) -> None:
    device = connect("cam-1", device_password)
    device.subscribe("cityops/#")

    connect("simulator").publish(TOPIC.format("cam-2"))

    assert device.hears_nothing()


def test_ingest_may_join_a_shared_subscription(connect: Connect) -> None:
    ingest = connect("ingest")
    ingest.subscribe("$share/workers/cityops/#")

    connect("simulator").publish(TOPIC.format("cam-3"))

    assert [TOPIC.format("cam-3")] == [message.topic for message in ingest.receive(1)]


def test_ingest_reads_how_many_messages_the_broker_dropped(connect: Connect) -> None:
    ingest = connect("ingest")
    ingest.subscribe("$SYS/broker/publish/messages/dropped")
    dropped = ingest.messages.get(timeout=15)  # sys_interval, and a little

    assert dropped.payload.isdigit()


def test_an_oversized_message_is_refused(connect: Connect) -> None:
    simulator = connect("simulator", protocol=MQTTProtocolVersion.MQTTv311)
    disconnected: Queue[bool] = Queue()
    simulator.client.on_disconnect = lambda *_: disconnected.put(True)

    simulator.client.publish(TOPIC.format("big"), b"x" * 1_100_000, qos=0)

    assert disconnected.get(timeout=10)


def test_the_health_check_of_compose_tells_a_live_broker_from_a_dead_port(broker: Broker) -> None:
    service = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]["broker"]
    mark, *command = [part.replace("$$", "$") for part in service["healthcheck"]["test"]]
    environment = os.environ | {"XDG_CONFIG_HOME": str(broker.secrets / "broker")}

    def check(port: int) -> int:
        here = [str(port) if part == "1883" else part for part in command]
        return subprocess.run(here, env=environment, check=False, capture_output=True, timeout=10).returncode

    assert mark == "CMD"
    assert check(broker.plain_port) == 0
    assert check(free_port()) != 0


@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5])
def test_messages_wait_for_an_absent_ingest_and_survive_a_restart_of_the_broker(
    broker: Broker, connect: Connect, protocol: MQTTProtocolVersion
) -> None:
    """More than Mosquitto's default queue of 1,000, and all in flight at once: its default window is 20."""
    count = 6000
    telemetry = "cityops/+/traffic/+/telemetry"
    away = {"client_id": f"ingest-{protocol}", "keep": True, "protocol": protocol, "manual_ack": True}
    ingest = connect("ingest", **away)
    ingest.subscribe(telemetry)
    ingest.close()
    simulator = connect("simulator")
    for number in range(count):
        simulator.client.publish(TOPIC.format(f"cam-{number}"), PAYLOAD, qos=1)
    for _ in range(count):
        assert simulator.published.get(timeout=20).getName() == "Success"
    simulator.close()

    ingest = connect("ingest", **away)
    unacknowledged = ingest.receive(count)
    ingest.close()
    broker.stop()
    broker.start()
    ingest = connect("ingest", **away)
    again = ingest.receive(count)
    for message in again:
        ingest.client.ack(message.mid, message.qos)
    ingest.subscribe(telemetry)  # its answer comes after the last acknowledgement
    ingest.close()
    emptied = connect("ingest", **away)
    nothing_left = emptied.hears_nothing()
    emptied.client.unsubscribe(telemetry)

    published = [TOPIC.format(f"cam-{number}") for number in range(count)]
    assert published == [message.topic for message in unacknowledged]
    assert published == [message.topic for message in again]
    assert nothing_left


def test_a_renewed_certificate_is_served_after_a_reload(broker: Broker, connect: Connect) -> None:
    address = ("127.0.0.1", broker.tls_port)
    old = ssl.get_server_certificate(address, ca_certs=str(broker.authority))
    (broker.secrets / "broker/server.crt").unlink()

    make_secrets(broker.secrets, "mqtt.city.example")
    broker.reload()

    def renewed() -> bool:
        return ssl.get_server_certificate(address, ca_certs=str(broker.authority)) != old

    wait_until(renewed, broker.log)
    assert connect("simulator", authority=broker.authority).client.is_connected()
