"""`make bench-ingest`: a full persistent session is drained by `cityops ingest`, and by others for comparison.

The broker is Debian's Mosquitto, the database the embedded one, everything on this machine. The last line is
one JSON object; docs/reference/benchmarks-ingest.md explains it.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.request import urlopen

import psutil

from benchmarks import mosquitto
from benchmarks.ingest import drain, emergency_lane, ingest_peers, node_red, publisher
from benchmarks.process_times import cpu_seconds
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.embedded.ports import free_port
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor
from cityops.storage.migrate import migrate

NAIVE_MESSAGES = 3000


@dataclass
class Bench:
    """The servers that all measurements share."""

    broker: str
    server: EmbeddedPostgres
    database: Database

    def rows(self) -> int:
        with self.database.transaction() as tx:
            count: int = tx.value("SELECT count(*) FROM reading")
            return count

    def empty(self) -> None:
        with self.database.transaction() as tx:
            tx.execute("TRUNCATE reading, latest")

    def database_cpu(self) -> float:
        """Return the CPU seconds of all PostgreSQL processes that live."""
        return sum(map(cpu_seconds, [psutil.Process(self.server.pid), *psutil.Process(self.server.pid).children()]))


@dataclass
class Drain:
    """One drain: messages and rows a second, and what they cost."""

    messages_per_s: float
    rows_per_s: float
    us_per_message: float
    us_per_row_db: float
    lost: int
    doubled: int


def main() -> None:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="cityops-bench-"))
    try:
        with EmbeddedPostgres(folder / "postgres") as server, mosquitto.running(folder) as broker:
            database = Database(server.url, application="benchmark")
            migrate(database, load_catalogue(), report=lambda _: None)
            _register(database)
            bench = Bench(broker, server, database)
            figures = measure(bench, options.messages, options.runs)
            if options.node_red:
                figures |= beside_node_red(bench, options.node_red, options.messages, ours=figures["messages_per_s"])
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures))


def measure(bench: Bench, messages: int, runs: int) -> dict[str, float]:
    single, packed = drain.load_of(messages), drain.load_of(messages // 25, pack=50)
    receive5, receive3, prints, drains, packs, copies, naive = [], [], [], [], [], [], []
    for run in range(runs):
        receive5.append(ingest_peers.receive_only(bench.broker, single, protocol=5))
        receive3.append(ingest_peers.receive_only(bench.broker, single, protocol=4))
        prints.append(ingest_peers.mosquitto_sub(bench.broker, single))
        drains.append(ingest(bench, single))
        packs.append(ingest(bench, packed))
        bench.empty()
        copies.append(ingest_peers.bare_copy(bench.server.url, packed))
        bench.empty()
        few = drain.load_of(min(messages, NAIVE_MESSAGES))
        naive.append(ingest_peers.naive_script(bench.broker, bench.server.url, few))
        print(f"run {run + 1} of {runs}: {drains[-1].messages_per_s:,.0f} messages/s", flush=True)
    two = ingest(bench, single, workers=2)
    lane = lane_p95(bench)
    ours = statistics.median(one.messages_per_s for one in drains)
    packed_rows = statistics.median(one.rows_per_s for one in packs)
    table = {
        "receive and acknowledge only, MQTT 5 (messages/s)": statistics.median(receive5),
        "receive and acknowledge only, MQTT 3.1.1 (messages/s)": statistics.median(receive3),
        "mosquitto_sub, which prints them into nothing (messages/s)": statistics.median(prints),
        "cityops ingest, one reading a message (messages/s)": ours,
        "  the same, two workers of one group (messages/s)": two.messages_per_s,
        "cityops ingest, packs of 50 (rows/s)": packed_rows,
        "bare COPY of the same rows (rows/s)": statistics.median(copies),
        "naive script (messages/s)": statistics.median(naive),
        "an emergency reading in a flood of 50,000 others (ms, p95)": lane,
    }
    print(f"\nmedians of {runs} runs, {messages:,} messages of 3 readings; {os.cpu_count()} cores\n")
    for name, value in table.items():
        print(f"{name:60} {value:12,.0f}")
    everything = [*drains, *packs, two]
    return {
        "receive_ratio": round(ours / statistics.median(receive5), 3),
        "receive_ratio_v311": round(ours / statistics.median(receive3), 3),
        "mosquitto_sub_ratio": round(ours / statistics.median(prints), 3),
        "copy_ratio": round(packed_rows / statistics.median(copies), 3),
        "naive_factor": round(ours / statistics.median(naive), 1),
        "messages_per_s": round(ours),
        "lane_p95_ms": round(lane, 1),
        "us_per_message": round(statistics.median(one.us_per_message for one in drains), 1),
        "us_per_row_db": round(statistics.median(one.us_per_row_db for one in drains), 2),
        "lost": sum(one.lost for one in everything),
        "doubled": sum(one.doubled for one in everything),
    }


def beside_node_red(bench: Bench, folder: Path, messages: int, *, ours: float) -> dict[str, float]:
    """Let the Node-RED in a folder drain as many messages; `ours` is how many we did a second."""
    bench.empty()
    load = drain.load_of(messages)
    theirs = node_red.store(
        folder, bench.broker, bench.server.url, load, rows=bench.rows, database_cpu=bench.database_cpu
    )
    print(f"Node-RED: {theirs.messages_per_s:,.0f} messages/s, {theirs.lost:,} rows missing")
    return {
        "node_red_ratio": round(ours / theirs.messages_per_s, 2),
        "node_red_us_per_message": round(theirs.us_per_message, 1),
        "node_red_us_per_row_db": round(theirs.us_per_row_db, 2),
        "node_red_lost": theirs.lost,
    }


def ingest(bench: Bench, load: drain.Load, *, workers: int = 1) -> Drain:
    """Drain a load with real workers; two of them share one subscription."""
    bench.empty()
    share = ["--share", "bench"] if workers > 1 else []
    topic = "$share/bench/cityops/#" if share else "cityops/#"
    names = [f"bench-{number}" for number in range(workers)]
    for name in names:
        drain.fill(bench.broker, name, drain.load_of(0), topic=topic)
    publisher.publish(bench.broker, load.generate())
    database_cpu = bench.database_cpu()
    with ExitStack() as stack:
        running = [stack.enter_context(_worker(bench, name, share)) for name in names]
        elapsed, cpu = _follow(running, load.messages)
        # The database's cost is read while the workers live: with them go the processes that served them.
        database_cpu = bench.database_cpu() - database_cpu
    stored = bench.rows()
    return Drain(
        messages_per_s=load.messages / elapsed,
        rows_per_s=load.rows / elapsed,
        us_per_message=cpu / load.messages * 1e6,
        us_per_row_db=database_cpu / load.rows * 1e6,
        lost=max(0, load.rows - stored),
        doubled=max(0, stored - load.rows),
    )


@dataclass
class Worker:
    """A running `cityops ingest`, its metrics page, and what it says."""

    process: psutil.Process
    port: int
    said: IO[str]

    def wait_until_connected(self) -> float:
        """Return the CPU seconds spent before the first message can have come."""
        for line in self.said:
            if "connected to broker" in line:
                return cpu_seconds(self.process)
        raise RuntimeError("the worker ended before it reached the broker")

    def messages(self) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
                page = answer.read().decode()
        except OSError:
            return 0  # the page is not up yet
        found = re.search(r"^cityops_ingest_messages_total (\S+)$", page, re.MULTILINE)
        return int(float(found[1])) if found else 0


@contextmanager
def _worker(bench: Bench, client_id: str, share: list[str]) -> Iterator[Worker]:
    port = free_port()
    command = [sys.executable, "-m", "cityops", "ingest", "--client-id", client_id, "--metrics-port", str(port), *share]
    environment = os.environ | {"CITYOPS_DATABASE_URL": bench.server.url, "CITYOPS_MQTT_URL": bench.broker}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield Worker(psutil.Process(process.pid), port, cast(IO[str], process.stdout))
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _follow(workers: list[Worker], count: int) -> tuple[float, float]:
    """Wait until the workers have stored `count` messages; return seconds and CPU seconds since they connected."""
    before = workers[0].wait_until_connected()
    started = time.perf_counter()
    before += sum(worker.wait_until_connected() for worker in workers[1:])
    while time.perf_counter() < started + 600:
        stored = sum(worker.messages() for worker in workers)
        if stored >= count:
            elapsed = time.perf_counter() - started
            return elapsed, sum(cpu_seconds(worker.process) for worker in workers) - before
        time.sleep(0.1)  # each look costs the worker a page of metrics
    raise RuntimeError(f"only {stored} of {count} messages were stored")


def lane_p95(bench: Bench) -> float:
    """Return how long an emergency reading waits to be stored while a worker drains a flood of others, p95, ms."""
    bench.empty()
    emergency_lane.prepare(bench.broker, bench.database)
    with _worker(bench, emergency_lane.WORKER, []) as worker:
        worker.wait_until_connected()
        return emergency_lane.measure(
            bench.broker, bench.database, is_draining=lambda: worker.messages() < emergency_lane.FLOOD
        )


def _register(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(drain.DEVICES):
            sensor = Sensor(f"AQ-{number:04d}", "990101001001", "environment", "air_station", "bench", 118.8, 31.9)
            register_sensor(tx, sensor, utc_now())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--node-red", type=Path, help="a folder with node_modules of node-red and pg, to drain too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
