"""What docker-compose.yml would run as the broker, run here: the shipped files on Debian's Mosquitto."""

import os
import re
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import yaml
from paho.mqtt.enums import MQTTProtocolVersion

from tests.shipped_broker import (
    PAYLOAD,
    REPOSITORY,
    Broker,
    Session,
    free_port,
    make_secrets,
    open_session,
    run_script,
    shipped_broker,
    wait_until,
)

TOPIC = "cityops/310115/traffic/{}/telemetry"

pytestmark = pytest.mark.mosquitto


Connect = Callable[..., Session]


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with shipped_broker() as broker:
        yield broker


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


@pytest.fixture(scope="module")
def device_password(broker: Broker) -> str:
    """The password of a device that got its account while the broker was running."""
    told = run_script("account.sh", "cam-1", secrets=broker.secrets)
    broker.reload()
    return told.splitlines()[1].removeprefix("password ")


def test_a_second_run_keeps_every_secret(broker: Broker) -> None:
    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in broker.secrets.rglob("*") if path.is_file()}

    before = contents()
    make_secrets(broker.secrets)

    assert before == contents()


def test_only_its_owner_reads_a_secret(broker: Broker) -> None:
    files = [path for path in broker.secrets.rglob("*") if path.is_file() and path.suffix != ".crt"]
    modes = {path.name: path.stat().st_mode & 0o777 for path in files}

    assert len(files) > 10
    assert {name for name, mode in modes.items() if mode != 0o600} == {"pack_public_key.pem"}  # is given to others


def test_no_two_secrets_are_alike(broker: Broker) -> None:
    texts = [path.read_text() for path in broker.secrets.rglob("*") if path.is_file()]
    made = [set(re.findall(r"\b[0-9a-f]{48}\b", text)) for text in texts]
    random = [secret for found in made for secret in found]

    # 10 passwords and keys; the three that open the database stand in their own files and in the URLs.
    assert len(set(random)) == 10
    assert len(random) == 13


@pytest.mark.parametrize("name", ["", "a b", "a:b", "../a", "x" * 65, "ingest", "cityops-ingest"])
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


def test_tls_with_our_authority_is_accepted(broker: Broker, connect: Connect, device_password: str) -> None:
    session = connect("cam-1", device_password, authority=broker.authority)

    assert session.publish(TOPIC.format("cam-1")) in {"Success", "No matching subscribers"}


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


def test_a_new_account_is_known_after_a_reload(broker: Broker, connect: Connect, device_password: str) -> None:
    assert connect("cam-1", device_password, authority=broker.authority).client.is_connected()


def test_a_device_reaches_ingest_on_its_own_topic(broker: Broker, connect: Connect, device_password: str) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cityops/#")

    answer = connect("cam-1", device_password, authority=broker.authority).publish(TOPIC.format("cam-1"))

    assert answer == "Success"
    assert [TOPIC.format("cam-1")] == [message.topic for message in ingest.receive(1)]


def test_a_device_of_mqtt_5_is_told_that_a_foreign_topic_is_forbidden(
    broker: Broker, connect: Connect, device_password: str
) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cityops/#")

    answer = connect("cam-1", device_password, authority=broker.authority).publish(TOPIC.format("cam-2"))

    assert answer == "Not authorized"
    assert ingest.hears_nothing()


def test_a_foreign_topic_of_a_device_of_mqtt_3_reaches_nobody(
    broker: Broker, connect: Connect, device_password: str
) -> None:
    ingest = connect("ingest")
    ingest.subscribe("cityops/#")
    device = connect("cam-1", device_password, authority=broker.authority, protocol=MQTTProtocolVersion.MQTTv311)

    device.publish(TOPIC.format("cam-2"))
    device.publish(TOPIC.format("cam-1"))

    assert [TOPIC.format("cam-1")] == [message.topic for message in ingest.receive(1)]
    assert ingest.hears_nothing()


def test_a_device_hears_no_other_device(broker: Broker, connect: Connect, device_password: str) -> None:
    device = connect("cam-1", device_password, authority=broker.authority)
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


def test_a_renewed_certificate_is_served_after_a_reload(broker: Broker, connect: Connect, device_password: str) -> None:
    address = ("127.0.0.1", broker.tls_port)
    old = ssl.get_server_certificate(address, ca_certs=str(broker.authority))
    (broker.secrets / "broker/server.crt").unlink()

    make_secrets(broker.secrets, "mqtt.city.example")
    broker.reload()

    def renewed() -> bool:
        return ssl.get_server_certificate(address, ca_certs=str(broker.authority)) != old

    wait_until(renewed, broker.log)
    assert connect("cam-1", device_password, authority=broker.authority).client.is_connected()


def test_accounts_of_our_programs_leave_the_file_of_the_devices(tmp_path: Path) -> None:
    """An installation that had all accounts in one file."""
    secrets = tmp_path / "secrets"
    make_secrets(secrets)
    services, passwords = secrets / "broker/services", secrets / "broker/passwords"
    ours = services.read_text()
    passwords.write_text("cam-1:hash\n" + ours)
    services.unlink()

    make_secrets(secrets)

    assert services.read_text() == ours
    assert passwords.read_text() == "cam-1:hash\n"
