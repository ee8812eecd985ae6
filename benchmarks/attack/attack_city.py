"""A demo to attack, and what is watched of it: its memory, the frames of a wall, and its health."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from cityops.embedded import ports
from cityops.storage import Database
from tests.programs import running, wait_for

PASSWORD = "Attacked-at-3am"
SENSORS = 60
STARTS_WITHIN = 240.0  # seconds
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class City:
    """A running demo. `dashboard` is the process whose memory counts, with its children."""

    url: str
    broker: str
    database: Database
    dashboard: psutil.Process

    def log_in(self, name: str) -> httpx.Client:
        """Return a client with the session of an account of the demo."""
        client = httpx.Client(base_url=self.url, timeout=120, headers={"Origin": self.url})
        answer = client.post("/login", data={"name": name, "password": PASSWORD, "next": "/desk"})
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"{name} cannot log in: {answer.status_code}. Look at the log of the demo.")
        return client


@contextmanager
def running_city(folder: Path) -> Iterator[City]:
    """Run a demo with a simulated city while the block lasts."""
    port, log = ports.free_port(), folder / "demo.log"
    options = ("--port", str(port), "--data-dir", str(folder / "data"), "--sensors", str(SENSORS), "--history", "1h")
    with running("demo", *options, "--password", PASSWORD, environment={}, log=log) as demo:
        wait_for(
            lambda: re.search("^status: .*newest", log.read_text(), re.MULTILINE), "the demo", seconds=STARTS_WITHIN
        )
        told = dict(re.findall(r"^(mqtt|database) (\S+)", log.read_text(), re.MULTILINE))
        children = psutil.Process(demo.pid).children(recursive=True)
        dashboard = next(child for child in children if "dashboard" in child.cmdline()[1:6])
        database = Database(told["database"], application="benchmark")
        yield City(f"http://127.0.0.1:{port}", told["mqtt"], database, dashboard)
        database.close()


@dataclass
class Watch:
    """What some processes and a wall did while a block lasted: times are of time.monotonic, in seconds."""

    peak_mb: float = 0.0
    frames: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    probes: int = 0

    def longest_gap(self, start: float, end: float) -> float:
        """Return the longest time between two frames within a span, its ends counted as frames."""
        times = [start, *(time for time in self.frames if start <= time <= end), end]
        return max(after - before for before, after in pairwise(times))


@contextmanager
def watching(city: City) -> Iterator[Watch]:
    """Watch memory, the frames of a wall and the health of a city's dashboard."""
    watch, over = Watch(), threading.Event()
    person = city.log_in("guest")
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    work: list[Callable[[], None]] = [
        lambda: _sample_memory(city.dashboard, watch, over),
        lambda: asyncio.run(_count_frames(city.url, cookie, watch, over)),
        lambda: _probe_health(city.url, watch, over),
    ]
    threads = [threading.Thread(target=one, daemon=True) for one in work]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(watch.frames) > 1, "the first frames of a wall", seconds=60)
    try:
        yield watch
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
        person.close()


def _sample_memory(process: psutil.Process, watch: Watch, over: threading.Event) -> None:
    while not over.wait(0.05):
        with suppress(psutil.NoSuchProcess):
            family = [process, *process.children(recursive=True)]
            watch.peak_mb = max(watch.peak_mb, sum(one.memory_info().rss for one in family) / MEGABYTE)


async def _count_frames(url: str, cookie: str, watch: Watch, over: threading.Event) -> None:
    headers = {"Cookie": cookie}
    while not over.is_set():  # a wall that is thrown out comes again, as its page does
        with suppress(OSError, WebSocketException, TimeoutError):
            address = url.replace("http", "ws") + "/live"
            async with connect(address, origin=url, additional_headers=headers, max_size=None) as wire:  # type: ignore[arg-type]
                while not over.is_set():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wire.recv(), 1)
                        watch.frames.append(time.monotonic())
        await asyncio.sleep(0.2)


def _probe_health(url: str, watch: Watch, over: threading.Event) -> None:
    while not over.wait(0.5):
        watch.probes += 1
        try:
            answer = httpx.get(f"{url}/healthz", timeout=5)
        except httpx.HTTPError as error:
            watch.failures.append(type(error).__name__)
        else:
            if answer.status_code != httpx.codes.OK:
                watch.failures.append(str(answer.status_code))
