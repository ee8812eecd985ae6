"""A real Chromium, and a dashboard on a real database. No page may ask another host or fail in the console."""

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebSocketRoute, expect

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.settings import read_settings
from cityops.storage import Database
from sharing.evidence.keys import demo_settings
from tests.browser import chromium
from tests.citizen_samples import KEY, PUBLIC_KEY
from tests.dashboards import serving
from tests.programs import wait_for

PASSWORD = "Tired-at-3am"
expect.set_options(timeout=30_000)  # software rendering on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for this package. Playwright keeps an event loop running here as long as it lives,

    and no later test in this thread could start its own: it ends with the last browser test.
    """
    path = chromium.find()
    if path is None:
        words = "no Chromium is installed: the browser tests did not run. Install Debian's package chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with chromium.running(path) as launched:
        yield launched


@dataclass
class Server:
    """One dashboard that a test can stop and start again on the same port."""

    port: int
    start: Callable[[], None]
    stop: Callable[[], None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def server(database_url: str, database: Database, catalogue: Catalogue) -> Iterator[Server]:
    """A dashboard whose wall is open, with the accounts li and wang (officers) and gu (viewer)."""
    with open_city(database_url, database, catalogue) as city:
        yield city


@cache
def pack_settings() -> dict[str, str]:
    """The key of packs, one for all cities of this process."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    return demo_settings(Path(folder.name))


@contextmanager
def open_city(database_url: str, database: Database, catalogue: Catalogue) -> Iterator[Server]:
    """Serve the city of a catalogue."""
    with database.transaction() as tx:
        for name, role in (("li", Role.OFFICER), ("wang", Role.OFFICER), ("zhao", Role.OFFICER), ("gu", Role.VIEWER)):
            store_user(tx, name, role=role, password=PASSWORD, actor="test", now=utc_now())
    running = ExitStack()
    keys = {"CITYOPS_REPORTER_KEY": KEY, "CITYOPS_REPORTER_PUBLIC_KEY": PUBLIC_KEY, **pack_settings()}
    keys |= {"CITYOPS_SHARE_PUBLIC_KEY": PUBLIC_KEY, "CITYOPS_SECRET_KEY": "k" * 32}
    settings = read_settings(
        {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_WALL_OPEN": "true", "CITYOPS_COOKIE_SECURE": "false", **keys}
    )
    port = ports.free_port()

    def start() -> None:
        running.enter_context(serving(settings, catalogue, port))

    with running:
        start()
        yield Server(port, start, running.close)


@dataclass
class Visitor:
    """One browser window with its own cookies, and everything that went wrong in it."""

    server: Server
    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)
    outage: bool = False  # the test has stopped the server: failed requests are expected

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self._check_host(request.url))
        self.page.on("websocket", lambda socket: self._check_host(socket.url))

    def deafen(self) -> Callable[[], None]:
        """Let `/live` through until the returned function is called; from then on the page hears nothing new."""
        hearing = [True]

        def connect(socket: WebSocketRoute) -> None:
            upstream = socket.connect_to_server()
            upstream.on_message(lambda text: socket.send(text) if hearing[0] else None)

        self.page.route_web_socket("**/live", connect)
        return lambda: hearing.__setitem__(0, False)

    def go(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def wait_for(self, condition: str, *, seconds: float = 120) -> None:
        """Wait until an expression holds in the page. (Playwright's own way evaluates text, which our CSP forbids.)"""
        wait_for(lambda: self.page.evaluate(condition), condition, seconds=seconds)

    def begin_session(self, name: str) -> None:
        """Begin a session as the form of `/login` does, and draw no page yet."""
        answer = self.context.request.post(
            f"{self.server.url}/login",
            form={"name": name, "password": PASSWORD, "next": "/account"},
            max_redirects=0,
        )
        assert answer.status == 303, answer.text()

    def log_in(self, name: str, *, then: str = "/desk") -> None:
        """Begin a session and arrive at a page."""
        self.begin_session(name)
        self.go(then)
        self.page.wait_for_url(f"**{then}")

    def _check_host(self, url: str) -> None:
        ours = (self.server.url, self.server.url.replace("http", "ws"), "data:", "blob:")
        if not url.startswith(ours):
            self.problems.append(f"asked another host: {url}")

    def _hear(self, said: ConsoleMessage) -> None:
        lost_race = "409 (Conflict)" in said.text  # the browser notes every refusal; the page tells the person
        if said.type == "error" and not lost_race:
            self._blame(f"console: {said.text}")

    def _blame(self, problem: str) -> None:
        if not self.outage:
            self.problems.append(problem)


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Open windows; at the end of the test none of them may have had a problem."""
    visitors: list[Visitor] = []

    def open_window(*, width: int = 1920, height: int = 1080, is_still: bool = False) -> Visitor:
        """Open one; `is_still`: its visitor has asked the system for less motion."""
        context = browser.new_context(
            locale="zh-CN",
            viewport={"width": width, "height": height},
            reduced_motion="reduce" if is_still else "no-preference",
        )
        context.set_default_timeout(60_000)  # software rendering on a busy machine
        visitor = Visitor(server, context, context.new_page())
        visitor.watch()
        visitors.append(visitor)
        return visitor

    with _closing(visitors):
        yield open_window

    assert [problem for visitor in visitors for problem in visitor.problems] == []


@contextmanager
def _closing(visitors: list[Visitor]) -> Iterator[None]:
    yield
    for visitor in visitors:
        visitor.context.close()
