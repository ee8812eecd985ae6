"""`make bench-wall`: 10,000 sensors, 1,000 readings a second, 50 walls; one of them in a real browser.

Everything is the real thing: broker, ingest, database, dashboard and simulator, each its own process, and gas
detectors of our own: the readings of one, and the alerts of others, are followed from the publish to the frame of the
browser that shows them. The last line is one JSON object; docs/reference/benchmarks-wall.md explains it.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.main_thread import MainThread
from benchmarks.wall_screens import Screens
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.embedded.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from tests.browser import chromium
from tests.devices import Device, device
from tests.programs import running, wait_for

PROBE = "cityops/990101001001/emergency/probe-1"
FIRST, STEP = 9.0, 0.1  # %LEL: above every simulated detector, below every rule
TILE = "[data-tile=gas_lel] .tile-value"
LEAKING = 65.0  # %LEL: an alert of severity 1 at once
SETTLED = 10.0  # seconds after which a dashboard has started, or taken up new detectors
IDLE = 20.0  # seconds for which nobody looks
# Note each text of the tile, and each sensor of an alert, with the time of the frame that shows it; count the beats.
WATCH = """() => {
  window.seen = {}; window.beats = 0; window.raised = {};
  const tile = document.querySelector("[data-tile=gas_lel] .tile-value");
  new MutationObserver(() => requestAnimationFrame(() => {
    window.seen[tile.textContent] ??= performance.timeOrigin + performance.now();
  })).observe(tile, { childList: true, characterData: true, subtree: true });
  window.cityops.live.listen((picture, patch) => {
    window.beats += 1;
    const rows = Object.values((patch ?? picture).alerts ?? {}).filter((row) => row?.sensor);
    requestAnimationFrame(() => rows.forEach((row) => {
      window.raised[row.sensor] ??= performance.timeOrigin + performance.now();
    }));
  });
}"""


# New detectors are a new map, which is drawn once and takes the browser seconds.
MAP_IS_NEW = "() => cityops.map.parts?.base === cityops.live.picture.base"


@dataclass(frozen=True)
class City:
    """The running programs that are measured."""

    url: str
    broker: str
    dashboard: psutil.Process
    database: Database


@dataclass(frozen=True)
class Load:
    """What the server and the browser did while some walls looked on."""

    server_percent: float  # of one core
    bytes_per_s: float  # to one wall
    main_ms: float  # of the browser's main thread, for each beat
    delays: list[float]  # ms


def main() -> None:
    options = _options()
    with _city(options) as city, device(city.broker) as probe:
        probe.register(PROBE, "gas_detector", name="probe")
        idle = _idle_percent(city)
        with _wall(city.url) as page:
            _wait_for_probe(page, probe)
            readings = _readings_per_s(city.database)
            alone = measure(city, page, probe, screens=0, samples=options.samples // 2, first=FIRST + STEP)
            many = measure(
                city, page, probe, screens=options.walls, samples=options.samples,
                first=FIRST + STEP * (options.samples // 2 + 1),
            )  # fmt: skip
            alerts = measure_alerts(city, page, probe, screens=options.walls, samples=options.samples)
    _report(options, alone, many, readings, alerts, idle)


def measure(city: City, page: Page, probe: Device, *, screens: int, samples: int, first: float) -> Load:
    """Publish so many readings, one every two seconds or so, while so many other walls are connected."""
    thread = MainThread(page)
    with Screens(city.url, screens) as others:
        page.evaluate(WATCH)
        before, busy, heard, started = _cpu(city), thread.seconds(), others.bytes, time.perf_counter()
        delays = [_follow(page, probe, first + STEP * number, pause=_pause(number)) for number in range(samples)]
        elapsed = time.perf_counter() - started
        return Load(
            server_percent=100 * (_cpu(city) - before) / elapsed,
            bytes_per_s=(others.bytes - heard) / elapsed / screens if screens else 0.0,
            main_ms=1000 * (thread.seconds() - busy) / max(1, page.evaluate("window.beats")),
            delays=delays,
        )


def measure_alerts(city: City, page: Page, probe: Device, *, screens: int, samples: int) -> list[float]:
    """Let so many detectors raise an alert, one after the other; return the ms until the browser drew each."""
    names = [f"leak-{number}" for number in range(samples)]
    for name in names:
        probe.register(_root(name), "gas_detector", name=name)
        probe.measure(_root(name), utc_now(), gas_lel=1.0)
    wait_for(lambda: _known(city.database, names) == samples, "the detectors to report", seconds=120)
    time.sleep(SETTLED)  # the dashboard reads what is registered every three seconds
    wait_for(lambda: page.evaluate(MAP_IS_NEW), "the map with the detectors", seconds=120)
    with Screens(city.url, screens):
        page.evaluate(WATCH)
        return [_follow_alert(page, probe, name, pause=_pause(number)) for number, name in enumerate(names)]


def _follow_alert(page: Page, probe: Device, name: str, *, pause: float) -> float:
    """Let a detector raise an alert and return the ms until the browser drew it."""
    published = time.time()
    probe.measure(_root(name), utc_now(), gas_lel=LEAKING)
    wait_for(lambda: name in page.evaluate("window.raised"), f"the alert of {name}", seconds=120)
    delay = page.evaluate("window.raised")[name] - 1000 * published
    time.sleep(pause)
    return float(delay)


def _root(name: str) -> str:
    return f"cityops/990101001001/emergency/{name}"


def _known(database: Database, sensors: list[str]) -> int:
    count = "SELECT count(*) FROM latest JOIN series USING (series_id) WHERE sensor_id = ANY (%(sensors)s)"
    with database.transaction() as tx:
        return int(tx.value(count, sensors=sensors))


def _idle_percent(city: City) -> float:
    """Return what the dashboard takes of a core while nobody looks."""
    time.sleep(SETTLED)
    before, started = _cpu(city), time.perf_counter()
    time.sleep(IDLE)
    return 100 * (_cpu(city) - before) / (time.perf_counter() - started)


def _follow(page: Page, probe: Device, value: float, *, pause: float) -> float:
    """Publish a reading and return the ms until the browser drew it."""
    text = f"{value:.1f}"
    published = time.time()
    probe.measure(PROBE, utc_now(), gas_lel=round(value, 1))
    wait_for(lambda: text in page.evaluate("window.seen"), f"{text} on the wall", seconds=120)
    delay = 1000 * (page.evaluate("window.seen")[text] / 1000 - published)
    time.sleep(pause)
    return float(delay)


def _pause(number: int) -> float:
    """Return seconds so that the readings fall on all parts of a beat."""
    return 1.7 + 0.15 * (number % 7)


def _wait_for_probe(page: Page, probe: Device) -> None:
    def shown() -> bool:
        probe.measure(PROBE, utc_now(), gas_lel=FIRST)
        time.sleep(1)
        return bool(page.locator(TILE).inner_text() == f"{FIRST:.1f}")

    wait_for(shown, "the probe's first reading on the wall", seconds=300)


def _cpu(city: City) -> float:
    times = city.dashboard.cpu_times()
    return float(times.user + times.system)


def _readings_per_s(database: Database, seconds: float = 20.0) -> float:
    count = "SELECT count(*) FROM reading"
    with database.transaction() as tx:
        before = tx.value(count)
    started = time.perf_counter()
    time.sleep(seconds)
    with database.transaction() as tx:
        return float(tx.value(count) - before) / (time.perf_counter() - started)


@contextmanager
def _city(options: argparse.Namespace) -> Iterator[City]:
    """Run every program of the product on a city of so many sensors."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cityops-bench-")))
        server = stack.enter_context(EmbeddedPostgres(folder / "database"))
        broker = stack.enter_context(EmbeddedBroker(folder / "broker"))
        database = Database(server.url, application="benchmark")
        stack.callback(database.close)
        migrate(database, load_catalogue(), report=lambda _: None)
        port = ports.free_port()
        environment = {
            "CITYOPS_DATABASE_URL": server.url, "CITYOPS_MQTT_URL": broker.url, "CITYOPS_WALL_OPEN": "true",
            "CITYOPS_COOKIE_SECURE": "false", "CITYOPS_DEMO": "false",
        }  # fmt: skip

        def run(*words: str) -> int:
            log = folder / f"{words[0]}.log"
            return stack.enter_context(running(*words, environment=environment, log=log)).pid

        run("ingest")
        run("simulate", "--sensors", str(options.sensors), "--rate", str(options.rate), "--no-incidents")
        _wait_for_sensors(database, options.sensors)
        dashboard = run("dashboard", "--port", str(port))
        wait_for(lambda: ports.answers(port), "the dashboard", seconds=120)
        yield City(f"http://127.0.0.1:{port}", broker.url, psutil.Process(dashboard), database)


def _wait_for_sensors(database: Database, count: int) -> None:
    def registered() -> bool:
        with database.transaction() as tx:
            return bool(tx.value("SELECT count(*) FROM sensor") >= count)

    wait_for(registered, "the city to register", seconds=600)


@contextmanager
def _wall(url: str) -> Iterator[Page]:
    with chromium.needed() as browser:
        page = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080}).new_page()
        page.set_default_timeout(300_000)
        page.goto(f"{url}/wall?scene=overview")
        yield page


def _report(
    options: argparse.Namespace, alone: Load, many: Load, readings: float, alerts: list[float], idle: float
) -> None:
    p50, p95 = statistics.median(many.delays), float(np.percentile(many.delays, 95))
    print(f"# {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, no graphics card")
    print(f"# {options.sensors:,} sensors, {readings:,.0f} readings a second")
    print(f"{'':42}{'one wall':>12}{f'{options.walls} more':>12}")
    for name, one, other in (
        ("publish to pixel, median, ms", statistics.median(alone.delays), p50),
        ("publish to pixel, p95, ms", float(np.percentile(alone.delays, 95)), p95),
        ("alert to pixel, p95, ms", None, float(np.percentile(alerts, 95))),
        ("dashboard process unwatched, % of one core", None, idle),
        ("dashboard process, % of one core", alone.server_percent, many.server_percent),
        ("bytes to a wall, a second", None, many.bytes_per_s),
        ("main thread for each beat, ms", alone.main_ms, many.main_ms),
    ):
        print(f"{name:42}{'' if one is None else f'{one:,.0f}':>12}{other:12,.0f}")
    figures = {
        "pixel_p50_ms": p50, "pixel_p95_ms": p95, "alert_p95_ms": float(np.percentile(alerts, 95)),
        "server_cpu_percent": many.server_percent, "idle_cpu_percent": idle,
        "bytes_per_client_s": many.bytes_per_s, "main_thread_ms": many.main_ms,
        "server_cpu_percent_alone": alone.server_percent, "readings_per_s": readings,
    }  # fmt: skip
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=1.0, help="how much oftener devices report")
    parser.add_argument("--walls", type=int, default=50)
    parser.add_argument("--samples", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    main()
