"""`make bench-city`: 100,000 sensors, 10,000 readings a second, and every program on this machine, for ten minutes.

Broker, simulator, ingest, detection, watch, dashboard and one wall in a real browser share its cores. Once the backlog
of the first minutes is stored, a gas detector of our own is followed from its publish to the wall's pixel; at the end
the devices stop, what they sent is stored, and the loss ledger says what is missing. The last line is one JSON object;
docs/reference/benchmarks-city.md explains it.
"""

import argparse
import json
import os
import platform
import time

import numpy as np
from playwright.sync_api import Page

from benchmarks.screens.running_city import RunningCity, open_wall, running_city
from benchmarks.screens.wall_probe import FIRST, STEP, WATCH, follow, pause_after, probing, wait_for_probe
from cityops.operations.heartbeats import longest_lag
from cityops.storage.devices.ledger import Totals, ledger_totals
from cityops.storage.operations.heartbeats import heartbeats
from tests.devices import Device
from tests.programs import wait_for

VALUES = 50  # different ones before the first comes again: all lie below every rule
CAUGHT_UP = 3.0  # seconds that ingest lags behind at most
DRAINED = 5.0  # seconds without a new reading, once nobody sends


def main() -> None:
    """Measure, and say what was measured."""
    options = _options()
    with running_city(sensors=options.sensors, rate=options.rate, large=True) as city, probing(city.broker) as probe:
        print(f"# {options.sensors:,} sensors registered after {city.registered_s:.0f} s", flush=True)
        with open_wall(city.url) as page:
            wait_for_probe(page, probe, seconds=900)
            caught_up = _catch_up(city)
            print(f"# caught up with what they sent meanwhile after {caught_up:.0f} s more", flush=True)
            before, started = city.readings(), time.perf_counter()
            delays = follow_for(page, probe, options.seconds)
            rate = (city.readings() - before) / (time.perf_counter() - started)
        city.stop_devices()
        ledger = _ledger_at_rest(city)
    p50, p95 = (float(np.percentile(delays, share)) for share in (50, 95))
    lost = ledger.missing + ledger.dead_lettered
    print(f"# {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, no graphics card")
    print(f"publish to pixel: p50 {p50:,.0f} ms, p95 {p95:,.0f} ms ({len(delays)} readings)")
    print(f"{rate:,.0f} readings a second stored; {ledger.received:,} received, {lost:,} lost")
    figures = {"sensors": options.sensors, "readings_per_s": round(rate), "pixel_p50_ms": round(p50, 1)}
    figures |= {"pixel_p95_ms": round(p95, 1), "lost": lost, "caught_up_s": round(caught_up)}
    print(json.dumps(figures))


def follow_for(page: Page, probe: Device, seconds: float) -> list[float]:
    """Follow one reading after the other for so long; return the ms that each took to its pixel."""
    delays: list[float] = []
    page.evaluate(WATCH)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        number = len(delays)
        if number % VALUES == 0:
            page.evaluate("window.seen = {}")
        delays.append(follow(page, probe, FIRST + STEP * (1 + number % VALUES), pause=pause_after(number)))
    return delays


def _catch_up(city: RunningCity) -> float:
    """Wait until ingest has no backlog of what was sent while the city registered; return the seconds."""
    started = time.monotonic()

    def caught_up() -> bool:
        with city.database.transaction() as tx:
            return longest_lag(heartbeats(tx)) < CAUGHT_UP

    wait_for(caught_up, "the backlog of the first minutes to be stored", seconds=900)
    return time.monotonic() - started


def _ledger_at_rest(city: RunningCity) -> Totals:
    """Wait until everything that was sent is stored, and return the sums of the ledger."""
    last = [-1]

    def rests() -> bool:
        time.sleep(DRAINED)
        before, last[0] = last[0], city.readings()
        return before == last[0]

    wait_for(rests, "the last readings to be stored", seconds=600)
    with city.database.transaction() as tx:
        return ledger_totals(tx)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=1.28, help="how much oftener devices report")
    parser.add_argument("--seconds", type=float, default=600.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
