"""The broker of open data as it is shipped: everybody hears what is open, and only the portal says it."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
import yaml
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.shipped_broker import (
    DEPLOY,
    Broker,
    Session,
    adapted,
    find_mosquitto,
    free_port,
    make_secrets,
    open_session,
    prepare,
    wait_until,
)

TOPIC = "v1.1/Datastreams(5)/Observations"

pytestmark = pytest.mark.mosquitto


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    find_mosquitto()
    with tempfile.TemporaryDirectory(prefix="cityops-broker-") as name:
        folder = Path(name)
        broker = prepare(folder)
        changes = {
            "/mosquitto/secrets/": f"{folder}/secrets/open_broker/",
            "/mosquitto/config/": f"{folder}/config/",
            "listener 8884": f"listener {broker.tls_port} 127.0.0.1",
            "listener 1884 127.0.0.1": f"listener {broker.plain_port}",
        }
        text = adapted((DEPLOY / "mosquitto/open.conf").read_text(), changes)
        (folder / "config/mosquitto.conf").write_text(text)
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


def enter_as_portal(broker: Broker) -> Session:
    return open_session(broker, "portal", broker.password("open"))


def test_everybody_hears_what_the_portal_says_and_nobody_else_says_it(broker: Broker) -> None:
    listener = open_session(broker, None, authority=broker.authority)
    portal = enter_as_portal(broker)

    listener.subscribe("#")
    listener.client.publish(TOPIC, b"a lie", qos=0)
    listener.subscribe("v1.1/#")  # is answered after what was said before
    assert portal.publish("cityops/1/a/b/telemetry") == "Not authorized"
    assert portal.publish(TOPIC, b"true") == "Success"
    assert [(one.topic, one.payload) for one in listener.receive(1)] == [(TOPIC, b"true")]
    for session in (listener, portal):
        session.close()


def test_nothing_waits_for_a_listener_who_is_away(broker: Broker) -> None:
    """Strangers without a name could otherwise fill the broker's memory."""
    away = open_session(broker, None, authority=broker.authority, client_id="away", keep=True)
    away.subscribe("v1.1/#")
    away.close()
    portal = enter_as_portal(broker)
    portal.publish(TOPIC, b"while away")
    back = open_session(broker, None, authority=broker.authority, client_id="away", keep=True)
    back.subscribe("v1.1/#")
    portal.publish(TOPIC, b"when back")

    assert back.receive(1)[0].payload == b"when back"
    for session in (back, portal):
        session.close()


def test_only_the_portal_enters_the_door_of_programs(broker: Broker) -> None:
    with pytest.raises(ConnectionRefusedError):
        open_session(broker, None)
    with pytest.raises(ConnectionRefusedError):
        open_session(broker, "ingest", broker.password("ingest"))


@pytest.mark.parametrize("topic", ["cityops/310115/environment/air-017/telemetry", "cityops-warnings/310115/rain", "x"])
def test_a_stranger_says_nothing_anywhere(broker: Broker, topic: str) -> None:
    """Neither by speaking nor by dying, and there is nothing to hear but what is open."""
    listener = open_session(broker, None, authority=broker.authority)
    for heard in ("#", "$SYS/#"):
        listener.subscribe(heard)
    for said in (topic, TOPIC):
        stranger = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        stranger.tls_set(ca_certs=str(broker.authority))
        stranger.will_set(said, b"a lie")
        stranger.connect("127.0.0.1", broker.tls_port)
        stranger.loop_start()
        wait_until(stranger.is_connected, broker.log)
        stranger.publish(said, b"a lie").wait_for_publish(10)
        stranger.socket().close()  # type: ignore[union-attr]
        stranger.loop_stop()
    portal = enter_as_portal(broker)
    portal.publish(TOPIC, b"the truth")
    assert [one.payload for one in listener.receive(1)] == [b"the truth"]
    assert listener.hears_nothing()
    for session in (listener, portal):
        session.close()


def test_its_secrets_are_its_own(broker: Broker) -> None:
    """It faces strangers: who takes it has no account of a device or a service, and no key of the devices' broker."""
    mine, theirs = broker.secrets / "open_broker", broker.secrets / "broker"

    assert {path.name for path in mine.iterdir()} == {"ca.crt", "server.crt", "server.key", "services"}
    assert [line.partition(":")[0] for line in (mine / "services").read_text().split()] == ["portal"]
    assert "portal:" not in (theirs / "services").read_text()
    assert (mine / "server.key").read_bytes() != (theirs / "server.key").read_bytes()


def test_a_server_whose_authority_is_in_its_safe_is_not_held_up(tmp_path: Path) -> None:
    """The key of the authority is moved away after the first start; what comes with an upgrade waits for it."""
    find_mosquitto()
    secrets = tmp_path / "secrets"
    make_secrets(secrets)
    (secrets / "ca/ca.key").rename(tmp_path / "ca.key")
    for path in (secrets / "open_broker").iterdir():
        path.unlink()
    (secrets / "open_mqtt_url").unlink()
    make_secrets(secrets)
    assert not (secrets / "open_broker/server.crt").exists()
    (tmp_path / "ca.key").rename(secrets / "ca/ca.key")
    make_secrets(secrets)
    assert (secrets / "open_broker/server.crt").stat().st_size


def test_the_health_check_of_the_container_enters_as_a_stranger(broker: Broker) -> None:
    compose = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())
    kind, *command = compose["services"]["open-broker"]["healthcheck"]["test"]
    here = {"8884": str(broker.tls_port), "/mosquitto/secrets/ca.crt": str(broker.authority)}
    assert kind == "CMD"
    subprocess.run([here.get(word, word) for word in command], check=True, timeout=20, capture_output=True)
    gone = here | {"8884": str(free_port())}
    assert subprocess.run([gone.get(word, word) for word in command], check=False, timeout=20).returncode != 0
