"""Ingest looks at its broker before it works: may others take its queue, or join its workers?"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cityops.embedded.mqtt.broker import EmbeddedBroker
from ingest.errors import BrokerOpen
from ingest.transport.broker_check import Weakness, check_broker, find_weaknesses
from tests.programs import wait_for
from tests.shipped_broker import Broker, answers, find_mosquitto, free_port, run_script, shipped_broker


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with shipped_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def demo_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.mark.mosquitto
def test_the_shipped_broker_passes_for_a_stranger_and_for_a_device(broker: Broker) -> None:
    told = run_script("account.sh", "probe", secrets=broker.secrets)
    broker.reload()
    ours = (broker.secrets / "ingest_mqtt_url").read_text().strip()
    ours = ours.replace("broker:1883", f"127.0.0.1:{broker.plain_port}")
    password = told.splitlines()[1].removeprefix("password ")
    device = f"mqtts://probe:{password}@127.0.0.1:{broker.tls_port}"

    assert find_weaknesses(ours, None, None) == []
    assert find_weaknesses(ours, device, broker.authority) == []


def test_the_broker_of_the_demo_passes(demo_broker: EmbeddedBroker) -> None:
    assert find_weaknesses(demo_broker.service_url, None, None) == []


@pytest.mark.mosquitto
def test_a_broker_that_asks_for_no_password_is_told_of_or_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([find_mosquitto(), "-c", str(configuration)], stderr=subprocess.DEVNULL)
    url = f"mqtt://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(port), "Mosquitto to answer")
        found = find_weaknesses(url, None, None)
        check_broker(url, None, None, refuse=False)
        with pytest.raises(BrokerOpen, match="CITYOPS_BROKER_CHECK"):
            check_broker(url, None, None, refuse=True)
    finally:
        process.kill()
        process.wait()

    assert found == [Weakness.CLIENT_ID, Weakness.SHARE]
    assert "gives them our queue" in caplog.text


def test_a_broker_that_is_away_is_not_judged(caplog: pytest.LogCaptureFixture) -> None:
    check_broker(f"mqtt://127.0.0.1:{free_port()}", None, None, refuse=True)

    assert "was not checked" in caplog.text
