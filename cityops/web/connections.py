"""How long and how many: the bounds of one connection, before anything of ours has seen a request of it.

uvicorn waits for ever for the head of a first request, reads heads of any length, and lets a reader that takes nothing
keep its answer in memory. Streams over WebSockets are counted in `streams`.
"""

import asyncio
import resource
from asyncio import TimerHandle, Transport
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN = 10.0  # seconds from the first byte, or the connection, to the end of a request's head
TAKEN_WITHIN = 60.0  # seconds in which a reader must take something of its answer
LONGEST_HEAD = 64 * 1024  # bytes
LONGEST_MESSAGE = 8 * 1024 * 1024  # bytes with all that chunks add; what a body may hold is in `request_bodies`
LONGEST_REST = 1024 * 1024  # bytes of a refused body that are still read, so that its sender sees the answer
MOST = 2000  # connections
MOST_OF_ONE = 600  # of one address
FILES = 8192  # open files that a process wants: one for each connection, and as many again

HEAD_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Connections:
    """The connections that are open, by address. Those that wait for a request give way to new ones.

    `shared` tells of an address whether many visitors come from it, as through a proxy: there only MOST counts.
    """

    def __init__(self, shared: Callable[[str], bool] = lambda _: False) -> None:
        self._shared = shared
        self._count: Counter[str] = Counter()
        self._waiting: dict[BoundedConnection, str] = {}  # in the order in which they began to wait

    def enter(self, connection: "BoundedConnection", address: str) -> bool:
        """Whether there is room for one more; where there is none, the one that has waited longest gives way."""
        full = self._count.total() >= MOST
        if full or (self._count[address] >= MOST_OF_ONE and not self._shared(address)):
            oldest = next((one for one, theirs in self._waiting.items() if full or theirs == address), None)
            if oldest is None:
                return False
            self._waiting.pop(oldest)
            oldest.end()
        self._count[address] += 1
        self._waiting[connection] = address
        return True

    def leave(self, connection: "BoundedConnection", address: str) -> None:
        """Forget a connection that has ended, or became a stream."""
        self._waiting.pop(connection, None)
        self._count[address] -= 1
        if self._count[address] <= 0:
            del self._count[address]

    def wait(self, connection: "BoundedConnection", address: str) -> None:
        """Note that a connection waits for a request."""
        self._waiting[connection] = address

    def work(self, connection: "BoundedConnection") -> None:
        """Note that a connection has a request."""
        self._waiting.pop(connection, None)


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with bounds."""

    connections_open = Connections()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address: str | None = None  # while it is counted
        self._head_timer: TimerHandle | None = None
        self._write_timer: TimerHandle | None = None
        self._received = self._rest = 0  # bytes of the present message; of one whose answer was sent

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Take a connection, if there is room for it."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self.connections_open.enter(self, address):
            transport.abort()
            return
        self._address = address
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that it ended."""
        self._leave()
        super().connection_lost(exc)

    def end(self) -> None:
        """End it: it waits, and others do not get in."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read some bytes; end what is too long."""
        answered = self.cycle is not None and self.cycle.response_complete
        self._received += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self._address is None:  # None: it is a stream by now
            return
        if self._waits_for_head():
            self._await_head()
            if self._received > LONGEST_HEAD:
                self.transport.write(HEAD_TOO_LONG)
                self.transport.close()
        elif self._received > LONGEST_MESSAGE:
            self.transport.abort()
        if answered and self.cycle.more_body:
            self._rest += len(data)
            if self._rest > LONGEST_REST:
                self.transport.abort()

    def on_headers_complete(self) -> None:
        """Begin a request."""
        self._stop_head_timer()
        self.connections_open.work(self)
        self._received = self._rest = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the whole request is here."""
        self._received = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if self._address is not None and not self.pipeline:
            self.connections_open.wait(self, self._address)
            if self.cycle.more_body:
                self._await_head()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over; from here on it is a stream."""
        self._leave()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """The reader takes less than is sent: give it a while, and again as long as it takes something."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """The reader took something."""
        self._stop_write_timer()
        super().resume_writing()

    def _waits_for_head(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.cycle.more_body)

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_WITHIN, self.transport.abort)

    def _await_reader(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._write_timer = self.loop.call_later(TAKEN_WITHIN, self._check_reader, left)

    def _check_reader(self, left_before: int) -> None:
        if self.transport.get_write_buffer_size() < left_before:
            self._await_reader()
        else:
            self.transport.abort()

    def _leave(self) -> None:
        self._stop_head_timer()
        self._stop_write_timer()
        if self._address is not None:
            self.connections_open.leave(self, self._address)
            self._address = None

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


def bounded(shared: Callable[[str], bool] = lambda _: False) -> type[asyncio.Protocol]:
    """Return the protocol of one server, which counts its own connections."""
    kind = type("BoundedConnection", (BoundedConnection,), {"connections_open": Connections(shared)})
    return cast("type[asyncio.Protocol]", kind)


def raise_file_limit() -> None:
    """Let this process open as many files as it is allowed to, up to FILES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
