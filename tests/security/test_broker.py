"""One device against the shipped broker: sessions that are not its own, shares of what others said, topics of others.

On Debian's Mosquitto with the configuration of deploy/mosquitto and accounts made by its scripts.
"""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from queue import Queue
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from cityops.clock import utc_now
from cityops.storage import Database
from cityops.storage.messages.broker_sessions import lost_queues
from tests.programs import running, wait_for
from tests.shipped_broker import Broker, Session, open_session, run_script, shipped_broker

ROOT = "cityops/990101001001/environment/{}"
ACCOUNTS = ("honest", "thief")

pytestmark = pytest.mark.mosquitto


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with shipped_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def passwords(broker: Broker) -> dict[str, str]:
    told = {name: run_script("account.sh", name, secrets=broker.secrets) for name in ACCOUNTS}
    broker.reload()
    return {name: text.splitlines()[1].removeprefix("password ") for name, text in told.items()}


Enter = Callable[..., Session]


@pytest.fixture
def enter(broker: Broker, passwords: dict[str, str]) -> Iterator[Enter]:
    """Connect as a device does, on the port of devices; every session ends with the test."""
    sessions: list[Session] = []

    def enter(name: str, **options: Any) -> Session:
        password = passwords.get(name) or broker.password(name)
        session = open_session(broker, name, password, **({"authority": broker.authority} | options))
        sessions.append(session)
        return session

    yield enter
    for session in sessions:
        session.close()


@pytest.mark.parametrize("account", ["ingest", "simulator"])
def test_our_own_accounts_are_worth_nothing_where_devices_enter(enter: Enter, account: str) -> None:
    with pytest.raises(ConnectionRefusedError, match="Not authorized"):
        enter(account)


def test_an_account_of_a_device_is_worth_nothing_where_our_programs_enter(enter: Enter) -> None:
    with pytest.raises(ConnectionRefusedError, match="Not authorized"):
        enter("thief", authority=None)


def test_a_device_has_one_connection_however_it_calls_itself(broker: Broker, enter: Enter) -> None:
    first = enter("thief", client_id="one")
    gone: Queue[bool] = Queue()
    first.client.on_disconnect = lambda *_: gone.put(True)

    enter("thief", client_id="two")

    assert gone.get(timeout=10)


@pytest.mark.parametrize(
    "topic",
    [
        ROOT.format("honest") + "/status",
        ROOT.format("thief") + "/more",
        ROOT.format("thief") + "/telemetry/deeper",
        ROOT.format("thief") + "//telemetry",
        "cityops/thief/telemetry",
        "$SYS/broker/uptime",
        "$share/x/" + ROOT.format("thief") + "/telemetry",
    ],
)
def test_a_device_writes_its_four_topics_and_no_other(enter: Enter, topic: str) -> None:
    thief = enter("thief")

    try:
        answer = thief.publish(topic)
    except ValueError:  # the client knows already that nobody may
        answer = "Not authorized"

    assert answer == "Not authorized"
    assert thief.publish(ROOT.format("thief") + "/meta") in {"Success", "No matching subscribers"}


@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5])
def test_a_last_will_for_another_device_reaches_nobody(
    broker: Broker, enter: Enter, protocol: MQTTProtocolVersion, passwords: dict[str, str]
) -> None:
    ingest = enter("ingest", authority=None)
    ingest.subscribe("cityops/#")
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="x", protocol=protocol)
    client.username_pw_set("thief", passwords["thief"])
    client.tls_set(ca_certs=str(broker.authority), cert_reqs=ssl.CERT_REQUIRED)
    client.will_set(ROOT.format("honest") + "/status", "offline", qos=1, retain=True)
    client.connect("127.0.0.1", broker.tls_port)
    client.loop_start()
    enter("thief")  # the broker ends the other connection, and its will is due

    honest = enter("honest")
    honest.publish(ROOT.format("honest") + "/telemetry")
    heard = ingest.receive(1)
    client.loop_stop()

    assert [message.topic for message in heard] == [ROOT.format("honest") + "/telemetry"]


@pytest.mark.parametrize("topic", ["#", "cityops/#", "$SYS/#", "$share/city/cityops/#", "+/+/+/+/status"])
def test_a_device_hears_nothing(enter: Enter, topic: str) -> None:
    thief = enter("thief")
    thief.subscribe(topic)

    enter("honest").publish(ROOT.format("honest") + "/status", b"online")

    assert thief.hears_nothing()


@pytest.fixture
def worker(broker: Broker, database_url: str, tmp_path: Path) -> Iterator[None]:
    """Ingest as production runs it, one of a group."""
    url = (
        (broker.secrets / "ingest_mqtt_url")
        .read_text()
        .strip()
        .replace("broker:1883", f"127.0.0.1:{broker.plain_port}")
    )
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": url}
    log = tmp_path / "ingest.log"
    with running("ingest", "--share", "city", environment=environment, log=log):
        wait_for(lambda: " subscribed " in log.read_text(), "the worker subscribed")
        yield


def test_a_device_takes_nothing_of_what_ingest_is_to_hear(worker: None, enter: Enter, database: Database) -> None:
    """It calls itself as ingest, and joins the group of ingest's workers."""
    honest = enter("honest")
    honest.publish(ROOT.format("honest") + "/meta", b'{"kind": "noise_meter", "name": "n", "lon": 118.8, "lat": 31.9}')
    count = 300

    for number in range(count):
        if number % 100 == 0:
            thief = enter("thief", client_id="cityops-ingest", keep=number > 0)
            thief.subscribe("$share/city/cityops/#")
        reading = f'{{"time": {1_782_864_900_000 + number * 1000}, "values": {{"leq": 50}}, "seq": {number}}}'
        honest.client.publish(ROOT.format("honest") + "/telemetry", reading, qos=1)

    def stored() -> int:
        with database.transaction() as tx:
            return int(tx.value("SELECT count(*) FROM reading"))

    wait_for(lambda: stored() == count, "every reading of the honest device stored")


def test_a_queue_that_somebody_takes_is_noticed(worker: None, enter: Enter, database: Database) -> None:
    """With the very password of ingest. This broker does not say who did it; that the session is gone shows."""
    thief = enter("ingest", authority=None, client_id="cityops-ingest")
    thief.close()

    def noticed() -> set[str]:
        with database.transaction() as tx:
            return {lost.reason.value for lost in lost_queues(tx, since=utc_now() - timedelta(hours=1))}

    wait_for(lambda: "gone" in noticed(), "the loss noticed")
