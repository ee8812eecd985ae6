"""A city of which every program runs, each in a process of its own: what the benchmarks of the wall measure."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Page

from benchmarks import mosquitto
from benchmarks.process_times import cpu_seconds
from cityops.catalogue import load_catalogue
from cityops.embedded import ports
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from tests.browser import chromium
from tests.programs import running, wait_for

PACK = 3  # reports in one message of a large city: the simulator makes 7,000 messages a second on a core of its own
REGISTERING = 1800.0  # seconds that a city of a hundred thousand may take on a busy machine


@dataclass(frozen=True)
class RunningCity:
    """The running programs that are measured."""

    url: str
    broker: str
    dashboard: psutil.Process
    database: Database
    registered_s: float  # how long the simulator took to register all sensors
    stop_devices: Callable[[], None]

    def cpu_seconds(self) -> float:
        """Return what the dashboard's process has used of the processor."""
        return cpu_seconds(self.dashboard)

    def readings(self) -> int:
        """Return how many readings are stored."""
        with self.database.transaction() as tx:
            return int(tx.value("SELECT count(*) FROM reading"))

    def readings_per_s(self, seconds: float = 20.0) -> float:
        """Return how many are stored a second, over so long."""
        before, started = self.readings(), time.perf_counter()
        time.sleep(seconds)
        return (self.readings() - before) / (time.perf_counter() - started)


@contextmanager
def running_city(*, sensors: int, rate: float, large: bool = False) -> Iterator[RunningCity]:
    """Run every program of the product on a city of so many sensors.

    A large one has Mosquitto, as in production, and `watch`; a small one the broker of the demo, which sends 100
    messages ahead of their acknowledgements.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cityops-bench-")))
        server = stack.enter_context(EmbeddedPostgres(folder / "database"))
        broker = _broker(stack, folder, large=large)
        database = Database(server.url, application="benchmark")
        stack.callback(database.close)
        migrate(database, load_catalogue(), report=lambda _: None)
        port = ports.free_port()
        environment = {
            "CITYOPS_DATABASE_URL": server.url, "CITYOPS_MQTT_URL": broker, "CITYOPS_WALL_OPEN": "true",
            "CITYOPS_COOKIE_SECURE": "false", "CITYOPS_DEMO": "false",
        }  # fmt: skip

        def run(*words: str) -> psutil.Process:
            log = folder / f"{words[0]}.log"
            return psutil.Process(stack.enter_context(running(*words, environment=environment, log=log)).pid)

        run("ingest")
        started = time.perf_counter()
        pack = PACK if large else 1
        devices = run("simulate", "--sensors", str(sensors), "--rate", str(rate), "--pack", str(pack), "--no-incidents")
        _wait_for_sensors(database, sensors)
        took = time.perf_counter() - started
        if large:
            run("watch")
        dashboard = run("dashboard", "--port", str(port))
        wait_for(lambda: ports.answers(port), "the dashboard", seconds=120)

        def stop_devices() -> None:
            devices.terminate()
            devices.wait(60)

        yield RunningCity(f"http://127.0.0.1:{port}", broker, dashboard, database, took, stop_devices)


def _broker(stack: ExitStack, folder: Path, *, large: bool) -> str:
    if large:
        return stack.enter_context(mosquitto.running(folder))
    return stack.enter_context(EmbeddedBroker(folder / "broker")).url


def _wait_for_sensors(database: Database, count: int) -> None:
    def registered() -> bool:
        with database.transaction() as tx:
            return bool(tx.value("SELECT count(*) FROM sensor") >= count)

    wait_for(registered, "the city to register", seconds=REGISTERING)


@contextmanager
def open_wall(url: str) -> Iterator[Page]:
    """Open a wall in a browser of its own."""
    with chromium.needed() as browser:
        page = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080}).new_page()
        page.set_default_timeout(300_000)
        page.goto(f"{url}/wall?scene=overview")
        yield page
