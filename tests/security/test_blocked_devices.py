"""Who is blocked is refused by the broker: by the shipped Mosquitto configuration, and by the embedded broker."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.watch.storage_jobs import tell_blocked
from cityops.clock import utc_now
from cityops.devices.blocked_file import BlockedFileFailed, read_blocked, write_blocked
from cityops.devices.sensor_blocks import block, unblock
from cityops.devices.sensor_changes import SensorChange
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.storage import Database
from tests.devices import device
from tests.programs import wait_for
from tests.shipped_broker import Broker, Session, answers, open_session, run_script, shipped_broker

TOPIC = "cityops/310115/traffic/{}/telemetry"
ORDER = SensorChange("sun", utc_now())


@pytest.fixture
def mosquitto() -> Iterator[Broker]:
    with shipped_broker(blocks=True) as broker:
        yield broker


def enter(broker: Broker, name: str, password: str) -> Session:
    return open_session(broker, name, password, authority=broker.authority)


def is_let_in(broker: Broker, name: str, password: str) -> bool:
    try:
        enter(broker, name, password).close()
    except ConnectionRefusedError:
        return False
    return True


def new_account(broker: Broker, name: str) -> str:
    told = run_script("account.sh", name, secrets=broker.secrets)
    if broker.blocked is not None:
        subprocess.run(["chown", "-R", "1883:1883", str(broker.secrets / "broker")], check=False)
    return told.split("password ")[1].split()[0]


@pytest.mark.mosquitto
def test_mosquitto_ends_the_connection_of_a_blocked_device_and_refuses_the_next(
    mosquitto: Broker, database: Database
) -> None:
    assert mosquitto.blocked is not None
    passwords = {name: new_account(mosquitto, name) for name in ("cam-1", "cam-2")}
    for name, password in passwords.items():
        wait_for(lambda name=name, password=password: is_let_in(mosquitto, name, password), f"{name} is let in")  # type: ignore[misc]
    bad, good = (enter(mosquitto, name, password) for name, password in passwords.items())
    with database.transaction() as tx:
        block(tx, "cam-1", ORDER, reason="floods")
    tell_blocked(database, utc_now(), path=mosquitto.blocked)

    wait_for(lambda: not bad.client.is_connected(), "the broker to end the connection")
    bad.client.loop_stop()
    assert not is_let_in(mosquitto, "cam-1", passwords["cam-1"])
    assert good.publish(TOPIC.format("cam-2")) in ("Success", "No matching subscribers")

    with database.transaction() as tx:
        unblock(tx, "cam-1", ORDER)
    tell_blocked(database, utc_now(), path=mosquitto.blocked)
    wait_for(lambda: is_let_in(mosquitto, "cam-1", passwords["cam-1"]), "the device to be let in again")
    good.close()


@pytest.mark.mosquitto
def test_the_script_ends_with_the_broker(mosquitto: Broker) -> None:
    mosquitto.reload()
    mosquitto.stop()

    assert mosquitto._process is not None
    assert mosquitto._process.returncode == 0


def test_a_broker_that_is_told_something_often_goes_on(mosquitto: Broker) -> None:
    for _ in range(100):
        mosquitto.reload()
        time.sleep(0.001)  # no wait for anything: the next comes while the one before is worked on
    assert answers(mosquitto.plain_port)
    mosquitto.stop()

    assert mosquitto._process is not None
    assert mosquitto._process.returncode == 0


def test_the_embedded_broker_refuses_who_is_blocked(tmp_path: Path) -> None:
    heard: list[str] = []
    with EmbeddedBroker(tmp_path / "broker") as broker, device(broker.url) as city, device(broker.url) as simulator:
        city.listen("cityops/#", lambda message: heard.append(message.topic))
        simulator.publish(TOPIC.format("cam-1"), "{}")
        wait_for(lambda: heard == [TOPIC.format("cam-1")], "the message of a device that is not blocked")
        write_blocked(broker.blocked_file, {"cam-1"})

        def is_refused() -> bool:
            heard.clear()
            for sensor in ("cam-1", "cam-2"):
                simulator.publish(TOPIC.format(sensor), "{}", retain=True)
            wait_for(lambda: TOPIC.format("cam-2") in heard, "the message of the other device")
            return heard == [TOPIC.format("cam-2")]

        wait_for(is_refused, "the broker to refuse the blocked device")
        kept: list[str] = []
        with device(broker.url) as late:
            late.listen("#", lambda message: kept.append(message.topic))
            wait_for(lambda: TOPIC.format("cam-2") in kept, "what the broker keeps")
        assert [topic for topic in kept if "cam-1" in topic and topic.startswith("-")] == []


def test_the_file_of_the_blocked_is_written_whole_and_told_when_it_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "names"
    assert read_blocked(path) == frozenset()
    write_blocked(path, {"b", "a"})
    before = path.stat().st_mtime_ns
    write_blocked(path, {"a", "b"})

    assert path.read_text() == "a\nb\n"
    assert (path.stat().st_mtime_ns, read_blocked(path)) == (before, frozenset({"a", "b"}))
    with pytest.raises(BlockedFileFailed):
        write_blocked(tmp_path / "nowhere" / "names", {"a"})
