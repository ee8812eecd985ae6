"""One visitor of the demo's broker, which asks for no password: he may be any device, but none of our services."""

from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.storage import Database
from tests.devices import device
from tests.programs import running, wait_for

ROOT = "cityops/990101001001/environment/honest"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def worker(broker: EmbeddedBroker, database_url: str, tmp_path: Path) -> Iterator[None]:
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker.service_url}
    log = tmp_path / "ingest.log"
    with running("ingest", "--share", "city", environment=environment, log=log):
        wait_for(lambda: " subscribed " in log.read_text(), "the worker subscribed")
        yield


def knock(url: str, client_id: str, protocol: MQTTProtocolVersion) -> tuple[mqtt.Client, str]:
    """Connect; return the client and the broker's answer."""
    answers: Queue[str] = Queue()
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=client_id, protocol=protocol, reconnect_on_failure=False
    )
    client.on_connect = lambda _c, _u, _f, code, _p: answers.put(code.getName())
    parts = urlsplit(url)
    client.connect(parts.hostname or "", parts.port or 0)
    client.loop_start()
    return client, answers.get(timeout=10)


@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5])
def test_a_visitor_takes_nothing_of_what_ingest_is_to_hear(
    broker: EmbeddedBroker, worker: None, database: Database, protocol: MQTTProtocolVersion
) -> None:
    """He calls himself as ingest, and joins the group of ingest's workers."""
    thief, answer = knock(broker.url, "cityops-ingest", protocol)
    thief.loop_stop()
    visitor, _ = knock(broker.url, "visitor", protocol)
    granted: Queue[bool] = Queue()
    visitor.on_subscribe = lambda _c, _u, _m, codes, _p: granted.put(not codes[0].is_failure)
    visitor.subscribe("$share/city/cityops/#", qos=1)
    shared = granted.get(timeout=10)

    with device(broker.url) as honest:
        honest.register(ROOT, "noise_meter", name="n")
        for number in range(100):
            honest.publish(f"{ROOT}/telemetry", {"time": 1_782_864_900_000 + number * 1000, "values": {"leq": 50}})

    def stored() -> int:
        with database.transaction() as tx:
            return int(tx.value("SELECT count(*) FROM reading"))

    wait_for(lambda: stored() == 100, "every reading stored")
    visitor.loop_stop()
    assert answer == "Client identifier not valid"
    assert not shared
