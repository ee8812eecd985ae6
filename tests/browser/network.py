"""What lies between a page and its server, spoiled at will: requests and sockets are lost, cut, held or doubled."""

import re
from collections.abc import Callable
from enum import StrEnum

from playwright.sync_api import Page, Route, WebSocketRoute

from tests.programs import wait_for

PAGES = "admin|account|evaluation|hotline|knowledge|sharing|topics|warnings|shift"
EVERYTHING = re.compile(rf"/(api|{PAGES}|live|logout|_dash-update-component)\b")


class Fault(StrEnum):
    """What may become of a request."""

    LOST = "lost"  # it never arrives
    CUT = "cut"  # it arrives, and its answer does not
    TWICE = "twice"  # it arrives twice; the second answer is the one that the page gets
    HELD = "held"  # it is under way until `deliver`, and arrives then


class Network:
    """Carries the requests and sockets of a page, all well until it is told otherwise."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._next: tuple[Fault, str, str] | None = None
        self._held: list[Route] = []
        self._sockets: list[WebSocketRoute] = []
        self.is_deaf = False  # sockets stand, and nothing comes through them
        page.route(EVERYTHING, self._carry)
        page.route_web_socket("**/live*", self._connect)

    def spoil(self, fault: Fault, path: str, *, method: str = "POST") -> None:
        """Do this to the next request of a method whose address holds `path`."""
        self._next = fault, path, method

    def deliver(self) -> None:
        """Wait until a request is held, and let it go on its way."""
        self.wait_for_held()
        while self._held:
            self._held.pop().continue_()

    def wait_for_held(self) -> None:
        """Wait until a request is held."""
        self.wait_until(lambda: self._held, "a request that is held")

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until a condition holds, and carry what is under way meanwhile: a wait that only sleeps would not."""
        wait_for(lambda: self._look() and condition(), what)

    def cut_sockets(self) -> None:
        """End every socket; the page connects again."""
        while self._sockets:
            self._sockets.pop().close(code=1001)

    def _look(self) -> bool:
        self._page.evaluate("0")  # has the driver hand over what happened meanwhile
        return True

    def _carry(self, route: Route) -> None:
        request = route.request
        fault, path, method = self._next or (None, "", "")
        if fault is None or method != request.method or path not in request.url:
            route.continue_()
            return
        self._next = None
        if fault is Fault.HELD:
            self._held.append(route)
        elif fault is Fault.LOST:
            route.abort("connectionfailed")
        else:
            answer = route.fetch(max_redirects=0)
            if fault is Fault.CUT:
                route.abort("connectionreset")
            else:
                assert answer.status < 500, answer.text()
                route.continue_()

    def _connect(self, socket: WebSocketRoute) -> None:
        upstream = socket.connect_to_server()
        upstream.on_message(lambda text: None if self.is_deaf else socket.send(text))
        self._sockets.append(socket)
