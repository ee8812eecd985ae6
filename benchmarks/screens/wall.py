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
import time
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Page

from benchmarks.screens.main_thread import MainThread
from benchmarks.screens.running_city import RunningCity, open_wall, running_city
from benchmarks.screens.wall_probe import FIRST, STEP, WATCH, follow, pause_after, probing, wait_for_probe
from benchmarks.screens.wall_screens import Screens
from cityops.clock import utc_now
from cityops.storage import Database
from tests.devices import Device
from tests.programs import wait_for

LEAKING = 65.0  # %LEL: an alert of severity 1 at once
SETTLED = 10.0  # seconds after which a dashboard has started, or taken up new detectors
NEARLY_ALL = 0.95  # some report every quarter of an hour
IDLE = 20.0  # seconds for which nobody looks
# New detectors are a new map, which is drawn once and takes the browser seconds.
MAP_IS_NEW = "() => cityops.map.parts?.base === cityops.live.picture.base"


@dataclass(frozen=True)
class Load:
    """What the server and the browser did while some walls looked on."""

    server_percent: float  # of one core
    bytes_per_s: float  # to one wall
    main_ms: float  # of the browser's main thread, for each beat, with waiting for the map to be drawn
    own_ms: float  # of it the page's own work
    delays: list[float]  # ms


def main() -> None:
    options = _options()
    with running_city(sensors=options.sensors, rate=options.rate) as city, probing(city.broker) as probe:
        idle = _idle_percent(city, options.sensors)
        with open_wall(city.url) as page:
            wait_for_probe(page, probe)
            readings = city.readings_per_s()
            alone = measure(city, page, probe, screens=0, samples=options.samples // 2, first=FIRST + STEP)
            many = measure(
                city, page, probe, screens=options.walls, samples=options.samples,
                first=FIRST + STEP * (options.samples // 2 + 1),
            )  # fmt: skip
            alerts = measure_alerts(city, page, probe, screens=options.walls, samples=options.samples)
    _report(options, alone, many, readings, alerts, idle)


def measure(city: RunningCity, page: Page, probe: Device, *, screens: int, samples: int, first: float) -> Load:
    """Publish so many readings, one every two seconds or so, while so many other walls are connected."""
    thread = MainThread(page)
    with Screens(city.url, screens) as others:
        page.evaluate(WATCH)
        before, heard, started = city.cpu_seconds(), others.bytes, time.perf_counter()
        busy, own = thread.seconds(), thread.own_seconds()
        delays = [follow(page, probe, first + STEP * number, pause=pause_after(number)) for number in range(samples)]
        elapsed = time.perf_counter() - started
        beats = max(1, page.evaluate("window.beats"))
        return Load(
            server_percent=100 * (city.cpu_seconds() - before) / elapsed,
            bytes_per_s=(others.bytes - heard) / elapsed / screens if screens else 0.0,
            main_ms=1000 * (thread.seconds() - busy) / beats,
            own_ms=1000 * (thread.own_seconds() - own) / beats,
            delays=delays,
        )


def measure_alerts(city: RunningCity, page: Page, probe: Device, *, screens: int, samples: int) -> list[float]:
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
        return [_follow_alert(page, probe, name, pause=pause_after(number)) for number, name in enumerate(names)]


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


def _reporting(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.value("SELECT count(DISTINCT sensor_id) FROM latest JOIN series USING (series_id)"))


def _known(database: Database, sensors: list[str]) -> int:
    count = "SELECT count(*) FROM latest JOIN series USING (series_id) WHERE sensor_id = ANY (%(sensors)s)"
    with database.transaction() as tx:
        return int(tx.value(count, sensors=sensors))


def _idle_percent(city: RunningCity, sensors: int) -> float:
    """Return what the dashboard takes of a core while nobody looks, once the devices have reported."""
    wait_for(lambda: _reporting(city.database) >= NEARLY_ALL * sensors, "the city to report", seconds=600)
    time.sleep(SETTLED)
    before, started = city.cpu_seconds(), time.perf_counter()
    time.sleep(IDLE)
    return 100 * (city.cpu_seconds() - before) / (time.perf_counter() - started)


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
        ("of it the page's own work, ms", alone.own_ms, many.own_ms),
    ):
        print(f"{name:42}{'' if one is None else f'{one:,.0f}':>12}{other:12,.0f}")
    figures = {
        "pixel_p50_ms": p50, "pixel_p95_ms": p95, "alert_p95_ms": float(np.percentile(alerts, 95)),
        "server_cpu_percent": many.server_percent, "idle_cpu_percent": idle,
        "bytes_per_client_s": many.bytes_per_s, "main_thread_ms": many.main_ms, "page_work_ms": many.own_ms,
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
