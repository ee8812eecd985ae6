"""The simulator as a program: against a real broker and a real database."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import paho.mqtt.client as mqtt
import pytest

from cityops.catalogue import Catalogue
from cityops.command_line import main
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.storage import Database
from cityops.storage.devices import stored_areas
from cityops.storage.readings.latest import latest_frame
from sensors_sim.program import store_map
from sensors_sim.publishing.broker import Connection
from sensors_sim.publishing.history import fill, register_all
from sensors_sim.story.simulation import Simulation
from tests.devices import device
from tests.programs import running, wait_for

SIMULATE = ("simulate", "--sensors", "24", "--rate", "10")


class Heard:
    """What came over a broker, by channel."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []

    def __call__(self, message: mqtt.MQTTMessage) -> None:
        self.messages.append((message.topic, bytes(message.payload)))

    def on(self, channel: str) -> list[tuple[str, bytes]]:
        return [message for message in list(self.messages) if message[0].endswith("/" + channel)]

    def sensors(self, channel: str, payload: bytes | None = None) -> set[str]:
        return {topic.split("/")[3] for topic, body in self.on(channel) if payload in (None, body)}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path / "broker") as server:
        yield server


def test_simulate_registers_reports_and_says_goodbye_within_two_seconds(broker: EmbeddedBroker, tmp_path: Path) -> None:
    heard = Heard()
    with device(broker.url) as listener:
        listener.listen("cityops/#", heard)
        with running(*SIMULATE, environment={"CITYOPS_MQTT_URL": broker.url}, log=tmp_path / "log") as process:
            wait_for(lambda: len(heard.on("telemetry")) > 50, "readings", seconds=60)
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            status = process.wait(10)
            took = time.monotonic() - began
        wait_for(lambda: len(heard.sensors("status", b"offline")) == 24, "goodbyes")

    assert status == 0
    assert took < 2.5
    assert len(heard.sensors("meta")) == 24
    assert len(heard.sensors("status", b"online")) == 24
    assert abs(time.time() - newest(heard)) < 30


def newest(heard: Heard) -> float:
    stamps = []
    for _, payload in heard.on("telemetry"):
        content = msgspec.json.decode(payload)
        reports = content if isinstance(content, list) else [content]
        stamps += [datetime.fromisoformat(report["time"]).timestamp() for report in reports]
    return max(stamps)


def test_devices_register_again_when_the_broker_has_forgotten_them(broker: EmbeddedBroker, tmp_path: Path) -> None:
    """The embedded broker loses retained messages on restart."""
    environment = {"CITYOPS_MQTT_URL": broker.url}
    first, second = Heard(), Heard()
    with running(*SIMULATE, environment=environment, log=tmp_path / "log"):
        with device(broker.url) as listener:
            listener.listen("cityops/#", first)
            wait_for(lambda: len(first.on("telemetry")) > 10, "readings", seconds=60)
        broker.stop()
        time.sleep(1)
        broker.start()
        with device(broker.url) as listener:
            listener.listen("cityops/#", second)
            wait_for(lambda: len(second.sensors("meta")) == 24, "registrations", seconds=60)
            wait_for(lambda: len(second.on("telemetry")) > 10, "readings", seconds=30)

    assert environment["CITYOPS_MQTT_URL"] == broker.url


def test_without_a_broker_it_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Connection, "open", partialmethod(Connection.open, patience=0.5))
    monkeypatch.setattr("sensors_sim.command.stop_event", threading.Event)  # the signals are those of the tests
    monkeypatch.setenv("CITYOPS_MQTT_URL", "mqtt://127.0.0.1:1")
    monkeypatch.setattr(sys, "argv", ["cityops", *SIMULATE])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert "Start it, or correct CITYOPS_MQTT_URL" in capsys.readouterr().err


@pytest.fixture
def simulation(catalogue: Catalogue) -> Simulation:
    now = datetime.now(UTC)
    return Simulation.make(catalogue, ZoneInfo("Asia/Shanghai"), seed=7, sensors=24, start=now)


def test_the_map_is_stored_and_can_be_stored_again(database: Database, simulation: Simulation) -> None:
    store_map(database, simulation)
    store_map(database, simulation)

    with database.transaction() as tx:
        assert stored_areas.load_areas(tx) == {area.code: area for area in simulation.city.areas}
        assert {f.feature_id for f in stored_areas.load_features(tx)} == {
            f.feature_id for f in simulation.city.features
        }


def test_history_fills_the_store_once(database: Database, simulation: Simulation) -> None:
    series = register_all(database, simulation)
    stopping = threading.Event()

    first = fill(database, simulation, 7200, series, stopping=stopping)
    second = fill(database, simulation, 7200, series, stopping=stopping)

    assert first > 24 * 60
    assert second == 0
    with database.transaction() as tx:
        newest_of_all = latest_frame(tx)["time"].max()
    assert simulation.clock.start - 61 < newest_of_all.timestamp() <= simulation.clock.start
