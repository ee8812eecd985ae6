"""The broker of open data as it is shipped: everybody hears what is open, and only the portal says it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shipped_broker import (
    DEPLOY,
    Broker,
    adapted,
    find_mosquitto,
    open_session,
    prepare,
)

TOPIC = "v1.1/Datastreams(5)/Observations"
SECRET = "of-the-portal"

pytestmark = pytest.mark.mosquitto


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    find_mosquitto()
    with tempfile.TemporaryDirectory(prefix="cityops-broker-") as name:
        folder = Path(name)
        broker = prepare(folder)
        environment = os.environ | {"CITYOPS_SECRETS": str(broker.secrets)}
        command = ["sh", str(DEPLOY / "account.sh"), "portal", "-", "services"]
        subprocess.run(command, env=environment, input=f"{SECRET}\n", check=True, capture_output=True, text=True)
        changes = {
            "/mosquitto/secrets/": f"{folder}/secrets/broker/",
            "/mosquitto/config/": f"{folder}/config/",
            "listener 8884": f"listener {broker.tls_port} 127.0.0.1",
            "listener 1884": f"listener {broker.plain_port}",
        }
        text = adapted((DEPLOY / "mosquitto/open.conf").read_text(), changes)
        (folder / "config/mosquitto.conf").write_text(text)
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


def test_everybody_hears_what_the_portal_says_and_nobody_else_says_it(broker: Broker) -> None:
    listener = open_session(broker, None, authority=broker.authority)
    portal = open_session(broker, "portal", SECRET)

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
    portal = open_session(broker, "portal", SECRET)
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
    listener = open_session(broker, "ingest")
    listener.subscribe("v1.1/#")
    assert listener.publish(TOPIC, b"a lie") == "Not authorized"
    listener.close()
