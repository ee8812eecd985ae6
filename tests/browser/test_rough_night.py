"""Two desks and a wall through a night of bad network and graphics resets: at its end all show what is stored.

`make soak` runs it for two hours with 200 acts; CITYOPS_ROUGH_SECONDS=300 makes a short form of it with 41.
"""

import json
import math
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from alerts.board import alert_history, alert_reader, store
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from dashboard.pages.desk import Ids
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import PASSWORD
from tests.browser.relay import Relay
from tests.browser.rough_weather import RoughWeather
from tests.programs import running, wait_for

LONG = 7200.0
SECONDS = float(os.environ.get("CITYOPS_ROUGH_SECONDS", str(LONG)))
ACTS = math.ceil(200 * math.sqrt(min(1.0, SECONDS / LONG)))
GPU_RESETS = max(2, round(SECONDS / 600))
PATIENCE = 300.0  # seconds until an act is known to be stored, whatever the network does
REPORT = Path(__file__).parent.parent.parent / "build" / "rough-night.json"
RESET_GPU = """() => {
    for (const canvas of document.querySelectorAll('canvas')) {
        const context = canvas.getContext('webgl2') || canvas.getContext('webgl');
        const switch_ = context && context.getExtension('WEBGL_lose_context');
        if (!switch_) continue;
        switch_.loseContext();
        setTimeout(() => switch_.restoreContext(), 500);
    }
}"""

pytestmark = pytest.mark.skipif(os.environ.get("CITYOPS_SOAK") != "1", reason="the long form: make soak")


@dataclass
class Desk:
    """One officer's page behind a way of its own, and what they wanted done and saw done."""

    name: str
    page: Page
    wanted: list[tuple[int, str, str]] = field(default_factory=list)  # (alert, action, words)
    tries: int = 0

    def take(self, alert_id: int) -> None:
        """Acknowledge an alert, as often as the desk says that it was not stored."""
        self._choose(alert_id)
        self._until_stored(lambda: self.page.keyboard.press("a"), lambda: "已由您确认" in self._said())
        self.wanted.append((alert_id, "acknowledge", "acknowledged"))

    def comment(self, alert_id: int, words: str) -> None:
        """Write something down, as often as the desk says that it was not stored."""
        self._choose(alert_id)
        form = self.page.locator(f"#{Ids.FORM}")

        def write() -> None:
            if not form.is_visible():
                self.page.keyboard.press("c")
            if form.is_visible():
                self.page.locator(f"#{Ids.REASON}").fill(words)
                self.page.keyboard.press("Enter")

        self._until_stored(write, lambda: not form.is_visible() and "已记录" in self._said())
        self.wanted.append((alert_id, "comment", words))

    def _choose(self, alert_id: int) -> None:
        self.page.evaluate(f"cityops.desk.choose('{alert_id}')")
        self.page.evaluate("cityops.desk.say('')")

    def _said(self) -> str:
        return str(self.page.locator(f"#{Ids.MESSAGE}").inner_text())

    def _until_stored(self, act: Any, is_stored: Any) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            # In this order: an answer that comes between the two must not be taken for none.
            waits = self.page.evaluate("cityops.requests.waits().some((wait) => wait.isAct)")
            if not waits and is_stored():
                return
            assert time.monotonic() < end, f"{self.name}: still {self._said()!r}"
            if not waits:
                act()
                self.tries += 1
            self.page.wait_for_timeout(400)


@pytest.fixture
def dashboard(own_postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[int]:
    port = ports.free_port()
    environment = {
        "CITYOPS_DATABASE_URL": own_postgres.url,
        "CITYOPS_WALL_OPEN": "true",
        "CITYOPS_COOKIE_SECURE": "false",
    }
    with running("dashboard", "--port", str(port), environment=environment, log=tmp_path / "log"):
        assert ports.wait_until_answers(port, patience=300), (tmp_path / "log").read_text()
        yield port


def open_page(browser: Browser, relay: Relay, path: str, name: str = "") -> Page:
    page = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{relay.port}{path}")
    if name:
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
    wait_for(lambda: page.evaluate("Boolean(window.cityops?.live?.picture?.alerts)"), "the live picture", seconds=120)
    page.evaluate("window.sameLoad = true")
    return page


def test_after_a_rough_night_every_screen_shows_what_is_stored(
    browser: Browser, own_postgres: EmbeddedPostgres, dashboard: int, catalogue: Catalogue
) -> None:
    database = Database(own_postgres.url, application="test")
    build_city(database)
    numbers = raise_gas(database, catalogue, *(f"探测器 {place:03d}" for place in range(math.ceil(ACTS / 2))))
    with database.transaction() as tx:
        for name in ("li", "wang"):
            store_user(tx, name, role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    relays = [Relay(dashboard) for _ in range(3)]
    wall = open_page(browser, relays[0], "/wall")
    named = zip(("li", "wang"), relays[1:], strict=True)
    desks = [Desk(name, open_page(browser, relay, "/desk", name)) for name, relay in named]
    weather = RoughWeather(relays, seed=15, longest_cut=min(60.0, SECONDS / 10))
    weather.begin()
    work_through(wall, desks, numbers)
    weather.end()

    expected = stored(database)
    for page in (wall, *(desk.page for desk in desks)):
        wait_for(lambda page=page: shown(page) == expected, "every screen shows what is stored", seconds=120)  # type: ignore[misc]
        assert page.evaluate("window.sameLoad === true")  # nothing had to be loaded anew
    done = events(database, numbers)
    write_report(desks, weather, done)
    assert done == Counter(wanted for desk in desks for wanted in desk.wanted)
    database.close()
    for relay in relays:
        relay.stop()


def work_through(wall: Page, desks: list[Desk], numbers: list[int]) -> None:
    """Take and comment every alert, spread over the night, with a graphics reset now and then."""
    began = time.monotonic()
    acts = [(number, act) for number in numbers for act in ("take", "comment")][:ACTS]
    for place, (number, act) in enumerate(acts):
        desk = desks[number % 2]
        if act == "take":
            desk.take(number)
        else:
            desk.comment(number, f"第 {place} 件")
        if place % max(1, ACTS // GPU_RESETS) == 0:
            wall.evaluate(RESET_GPU)
        while time.monotonic() - began < SECONDS * (place + 1) / ACTS:
            wall.wait_for_timeout(500)


def stored(database: Database) -> dict[str, list[Any]]:
    """The open alerts as they are stored: who has each, and its version, by number."""
    with database.transaction() as tx:
        alerts = alert_reader.open_alerts(tx)
    return {str(alert.alert_id): [alert.version, alert.acknowledged_by] for alert in alerts}


def shown(page: Page) -> dict[str, list[Any]]:
    """The same as a screen has it."""
    rows: list[dict[str, Any]] = page.evaluate("Object.values(cityops.live.picture.alerts)")
    return {row["id"]: [row["version"], row.get("by")] for row in rows}


def events(database: Database, numbers: list[int]) -> Counter[tuple[int, str, str]]:
    """Everything that people did, and how often."""
    with database.transaction() as tx:
        rows = [
            (number, row) for number in numbers for row in alert_history.alert_events(tx, number).to_dict("records")
        ]
    return Counter((number, row["action"], row["reason"]) for number, row in rows if row["actor"] not in store.PROGRAMS)


def write_report(desks: list[Desk], weather: RoughWeather, done: Counter[tuple[int, str, str]]) -> None:
    figures = {
        "seconds": SECONDS,
        "acts": sum(len(desk.wanted) for desk in desks),
        "tries": sum(desk.tries for desk in desks),
        "stored": done.total(),
        "twice": sum(count - 1 for count in done.values()),
        "network": dict(weather.seen),
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures), encoding="utf-8")
