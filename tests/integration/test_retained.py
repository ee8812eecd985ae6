"""What a broker repeats is not news: on the embedded broker and on Mosquitto, from the wire to the database."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.storage import Database
from cityops.storage.devices.ledger import presence_frame
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from ingest.transport.filters import topic_filters
from ingest.transport.mqtt import Subscription
from tests.devices import device
from tests.programs import wait_for
from tests.shipped_broker import find_mosquitto, free_port

AREA = "cityops/990101001001/emergency"


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def any_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "embedded":
        with EmbeddedBroker(tmp_path) as server:  # its own: a subscription is given 100 retained messages, of all tests
            yield server.url
        return
    port = free_port()
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([find_mosquitto(), "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(f"mqtt://127.0.0.1:{port}"), "Mosquitto to answer")
        yield f"mqtt://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with device(url):
            return True
    except OSError:
        return False


Hear = Callable[[int], list[Message]]


@contextmanager
def worker(url: str, name: str, sensor: str, storekeeper: BatchWriter) -> Iterator[Hear]:
    """A session of its own. Call it with how many messages of the sensor to take; they are stored and returned."""
    subscription = Subscription(url, topic_filters([], [], None), client_id=name, now=utc_now, ca_file=None)

    def hear(count: int) -> list[Message]:
        found: list[Message] = []

        def take() -> bool:
            messages = subscription.inbox.take(wait=0.1)
            if messages:
                storekeeper.store(messages, utc_now())
                subscription.acknowledge(messages)
            found.extend(message for message in messages if f"/{sensor}/" in message.topic)
            return len(found) >= count

        wait_for(take, f"{count} messages of {sensor}")
        return found

    subscription.start()
    try:
        yield hear
    finally:
        subscription.stop()


@pytest.fixture
def storekeeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(utc_now())
    return keeper


def test_a_new_session_is_given_what_the_broker_keeps_and_nothing_of_it_is_news(
    any_broker: str, storekeeper: BatchWriter, database: Database, request: pytest.FixtureRequest
) -> None:
    sensor = f"GAS-{request.node.callspec.id}"
    root = f"{AREA}/{sensor}"

    def known() -> list[object]:
        with database.transaction() as tx:
            heard = presence_frame(tx, utc_now()).set_index("sensor_id").loc[sensor]
        return [str(heard[name]) for name in ("heard_at", "status_at", "reporting_since", "registered_at")]

    def measure(value: float) -> None:
        reading: dict[str, object] = {"time": utc_now().isoformat(), "values": {"gas_lel": value}}
        sender.publish(f"{root}/telemetry", reading, retain=True)

    with device(any_broker) as sender, worker(any_broker, f"first-{sensor}", sensor, storekeeper) as hear:
        sender.register(root, "gas_detector", name="燃气")
        sender.publish(f"{root}/status", "online", retain=True)
        measure(1)
        hear(3)  # before or after the broker took the subscription: flagged or not
        measure(2)
        live = hear(1)
    before = known()
    with worker(any_broker, f"second-{sensor}", sensor, storekeeper) as hear:
        kept = hear(3)

    assert [message.retained for message in live] == [False]
    assert [message.retained for message in kept] == [True] * 3
    assert before == known()
