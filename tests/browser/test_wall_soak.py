"""A wall that stands for weeks: its memory stays flat, and it comes back from everything that breaks behind it.

The short form takes one minute; `make soak` looks for half an hour and leaves its curve in build/.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from tests.browser.living import LivingCity
from tests.browser.memory import Scales, growth
from tests.browser.relay import Relay
from tests.programs import running, wait_for

LONG = os.environ.get("CITYOPS_SOAK") == "1"
SECONDS = float(os.environ.get("CITYOPS_SOAK_SECONDS", "1860" if LONG else "20"))
WARM = 120.0 if LONG else 5.0  # until the page has seen everything once
WEIGH_EVERY = 30.0 if LONG else 2.0
OUTAGES = 6 if LONG else 3  # each of the three kinds in its turn
OUTAGE = 8.0 if LONG else 3.0  # seconds
CURVE = Path(__file__).parent.parent.parent / "build" / "wall-soak.json"


class Servers:
    """A dashboard behind a stretch of network, on a database of its own; each can be taken away."""

    def __init__(self, postgres: EmbeddedPostgres, folder: Path) -> None:
        self.postgres = postgres
        self._port = ports.free_port()
        self._log = folder / "dashboard.log"
        self.starts = 0
        self._running = ExitStack()
        self.start_dashboard()
        self.relay = Relay(self._port)

    def start_dashboard(self) -> None:
        environment = {
            "CITYOPS_DATABASE_URL": self.postgres.url,
            "CITYOPS_WALL_OPEN": "true",
            "CITYOPS_COOKIE_SECURE": "false",
        }
        program = running("dashboard", "--port", str(self._port), environment=environment, log=self._log)
        self._dashboard = psutil.Process(self._running.enter_context(program).pid)
        self.starts += 1
        assert ports.wait_until_answers(self._port, patience=300), self._log.read_text()

    def memory(self) -> float:
        """Return the MB that the dashboard has to itself."""
        return float(self._dashboard.memory_full_info().uss / 1e6)

    def stop_dashboard(self) -> None:
        self._running.close()

    def stop(self) -> None:
        self.relay.stop()
        self.stop_dashboard()


@pytest.fixture
def servers(own_postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Servers]:
    made = Servers(own_postgres, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def wall(browser: Browser, servers: Servers) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{servers.relay.port}/wall")
    yield page
    context.close()


def live(page: Page, city: LivingCity, seconds: float) -> None:
    """Let the city live and the wall show it for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        city.tick(utc_now())
        page.wait_for_timeout(1000)


def measured(page: Page) -> int:
    """The time of the newest reading that the wall knows of, ms since 1970."""
    return int(page.evaluate("cityops.live.picture?.measured ?? 0"))


def break_and_mend(page: Page, city: LivingCity, breaks: Callable[[], None], mends: Callable[[], None]) -> None:
    """Take something away; the wall says so. Give it back; the wall shows new readings again, without a hand."""
    banner = page.locator("[data-banner]")
    before = measured(page)
    breaks()
    expect(banner).to_be_visible()
    page.wait_for_timeout(OUTAGE * 1000)
    expect(banner).to_be_visible()
    mends()
    city.tick(utc_now())
    expect(banner).to_be_hidden()
    city.tick(utc_now())
    wait_for(lambda: measured(page) > before, "new readings on the wall", seconds=60)


def test_a_wall_stays_as_light_as_it_was_and_recovers_from_every_loss(
    servers: Servers, wall: Page, catalogue: Catalogue
) -> None:
    database = Database(servers.postgres.url, application="test")
    city = LivingCity(database, catalogue, utc_now())
    scales = Scales(wall, server=servers.memory)
    kinds = [  # the dashboard first, so that its last life is long enough to be weighed
        (servers.stop_dashboard, servers.start_dashboard),
        (servers.postgres.stop, servers.postgres.start),
        (servers.relay.cut, servers.relay.mend),
    ]
    losses = [loss for loss in kinds for _ in range(OUTAGES // 3)]
    lives: list[int] = []  # of the dashboard, by sample

    def weigh(minute: float) -> None:
        scales.weigh(minute)
        scales.save(CURVE)
        lives.append(servers.starts)

    wait_for(lambda: wall.evaluate("Boolean(cityops.map?.parts)"), "the map", seconds=120)
    live(wall, city, WARM)
    start = time.monotonic()
    problems: list[str] = []
    wall.on("pageerror", lambda error: problems.append(str(error)))
    while (passed := time.monotonic() - start) < SECONDS or losses:
        weigh(passed / 60)
        live(wall, city, WEIGH_EVERY)
        if losses and passed > SECONDS * (1 - len(losses) / (OUTAGES + 1)):
            break_and_mend(wall, city, *losses.pop(0))
    weigh(passed / 60)
    database.close()
    last_life = [sample for sample, life in zip(scales.samples, lives, strict=True) if life == servers.starts]

    assert problems == []
    assert growth(scales.samples, lambda sample: sample.nodes) < 1.15
    assert growth(scales.samples, lambda sample: sample.listeners) < 1.15
    assert growth(scales.samples, lambda sample: sample.heap) < (1.1 if LONG else 1.3)
    assert growth(last_life, lambda sample: sample.server) < (1.1 if LONG else 1.3)
