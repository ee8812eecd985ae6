"""The ingest program as it runs: killed, restarted, without its database."""

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from cityops.catalogue import Catalogue
from cityops.embedded.ports import free_port
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from cityops.storage.readings.table import history_frame
from tests.devices import device
from tests.programs import running, wait_for

START = datetime.now(UTC) - timedelta(minutes=5)


@dataclass(frozen=True)
class Place:
    """Where one test's worker runs: its own sensor, session and environment."""

    environment: dict[str, str]
    sensor: str
    client_id: str
    log: Path

    @property
    def root(self) -> str:
        return f"cityops/990101001001/environment/{self.sensor}"

    @property
    def arguments(self) -> list[str]:
        return ["ingest", "--client-id", self.client_id]


@pytest.fixture
def place(broker_url: str, database_url: str, tmp_path: Path) -> Iterator[Place]:
    name = f"T-{uuid.uuid4().hex[:8]}"
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker_url}
    yield Place(environment, name, f"test-{name}", tmp_path / "ingest.log")
    with device(broker_url) as cleaner:  # the broker is shared: leave no registration behind
        cleaner.publish(f"cityops/990101001001/environment/{name}/meta", b"", retain=True)


@contextmanager
def working(place: Place, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, from the moment the broker keeps messages for it."""
    place.log.unlink(missing_ok=True)
    with running(*place.arguments, *options, environment=place.environment, log=place.log) as worker:
        wait_for(lambda: " subscribed " in place.log.read_text(), "the worker subscribed")
        yield worker


def stored(database: Database, sensor: str) -> list[float]:
    with database.transaction() as tx:
        return history_frame(tx, sensor, "leq", start=START, end=START + timedelta(days=1))["value"].tolist()


def test_readings_of_devices_of_both_protocols_are_stored(place: Place, broker_url: str, database: Database) -> None:
    with working(place):
        for number, protocol in enumerate((4, 5)):
            with device(broker_url, protocol=protocol) as noise:
                noise.register(place.root, "noise_meter", name="测试")
                noise.measure(place.root, START + timedelta(seconds=number), leq=50 + number)

        wait_for(lambda: stored(database, place.sensor) == [50, 51], "both readings stored")


def test_a_worker_that_is_killed_before_its_commit_loses_nothing(
    place: Place, broker_url: str, database: Database
) -> None:
    """The table is locked, so the batch is in the worker's hands when it dies: the broker must send it again."""
    with device(broker_url) as noise:
        with working(place) as worker:
            noise.register(place.root, "noise_meter", name="测试")
            noise.measure(place.root, START, leq=50)
            wait_for(lambda: stored(database, place.sensor) == [50], "the first reading stored")
            with database.transaction() as blocker:
                blocker.execute("LOCK TABLE reading IN SHARE MODE")
                for number in range(1, 21):
                    noise.measure(place.root, START + timedelta(seconds=number), leq=50 + number)
                with database.transaction() as observer:
                    wait_for(
                        lambda: observer.value("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0,
                        "the worker waiting for its commit",
                    )
                worker.kill()
                worker.wait()
        assert stored(database, place.sensor) == [50]

        with working(place):
            wait_for(lambda: len(stored(database, place.sensor)) >= 21, "everything stored after the restart")

    assert stored(database, place.sensor) == [50 + number for number in range(21)]


def test_a_worker_without_its_database_waits_and_goes_on(broker_url: str, catalogue: Catalogue, tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        database = Database(server.url, application="test")
        migrate(database, catalogue, report=lambda _: None)
        environment = {"CITYOPS_DATABASE_URL": server.url, "CITYOPS_MQTT_URL": broker_url}
        place = Place(environment, f"T-{uuid.uuid4().hex[:8]}", f"test-{uuid.uuid4().hex[:8]}", tmp_path / "ingest.log")
        with working(place), device(broker_url) as noise:
            noise.register(place.root, "noise_meter", name="测试")
            noise.measure(place.root, START, leq=50)
            wait_for(lambda: stored(database, place.sensor) == [50], "the first reading stored")

            server.stop(immediately=True)
            for number in range(1, 11):
                noise.measure(place.root, START + timedelta(seconds=number), leq=50 + number)
            wait_for(lambda: "waiting for the database" in place.log.read_text(), "the worker says that it waits")
            server.start()

            wait_for(lambda: len(stored(database, place.sensor)) == 11, "everything stored", seconds=60)
            noise.publish(f"{place.root}/meta", b"", retain=True)
        database.close()


def test_a_bad_message_is_counted_and_ingest_goes_on(place: Place, broker_url: str, database: Database) -> None:
    port = free_port()
    with (
        working(place, "--metrics-port", str(port)),
        device(broker_url) as noise,
    ):
        noise.register(place.root, "noise_meter", name="测试")
        noise.publish(f"{place.root}/telemetry", b'{"time": "2026-03-01T00:00:00", "values": {"leq": 50}}')
        noise.measure(place.root, START, leq=50)
        wait_for(lambda: stored(database, place.sensor) == [50], "the good reading stored")

        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            metrics = answer.read().decode()
    assert 'cityops_ingest_dead_letters_total{field="time"} 1.0' in metrics


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"CITYOPS_MQTT_URL": "http://x"}, "CITYOPS_MQTT_URL"),
        ({"CITYOPS_TIMEZONE": "Mars"}, "CITYOPS_TIMEZONE=Mars"),
        ({"CITYOPS_RULES_FILE": "/none.toml"}, "CITYOPS_RULES_FILE"),
    ],
)
def test_a_wrong_setting_ends_with_one_sentence(place: Place, change: dict[str, str], said: str) -> None:
    with running(*place.arguments, environment=place.environment | change, log=place.log) as worker:
        assert worker.wait(20) == 1

    assert said in place.log.read_text()
    assert "Traceback" not in place.log.read_text()
