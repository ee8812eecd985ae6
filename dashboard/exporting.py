"""Files on their way out: how many at once, on threads of their own, and what becomes of one whose reader goes.

A file is sent in slices as its reader takes them. Meanwhile it holds the text of one piece, and neither a thread nor a
connection of the database.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from cityops.errors import CityOpsError
from dashboard.pools import EXPORT
from dashboard.worker_pool import WorkerPool

T = TypeVar("T")
MOST = 120  # files at once; what each holds is about a megabyte
MOST_OF_ONE = 3  # of one account
RETRY_AFTER = 10  # seconds, told to whoever is refused
SLICE = 32 * 1024  # bytes


class TooManyExports(CityOpsError):
    """Too many files are under way. Take those that you asked for first, and try again in a moment."""


class Exports:
    """Counts the files that are under way, and computes them apart from pages and pictures."""

    def __init__(self) -> None:
        self._workers = WorkerPool("export", threads=EXPORT, queue=MOST)
        self._running: Counter[str] = Counter()

    async def run(self, work: Callable[[], T]) -> T:
        """Do some work of a file in a thread that only files use, as the visitor of this request."""
        return await self._workers.run(work)

    def enter(self, account: str) -> "Turn":
        """Count one more file of an account. Raises TooManyExports."""
        if self._running[account] >= MOST_OF_ONE or self._running.total() >= MOST:
            raise TooManyExports
        self._running[account] += 1
        return Turn(self._running, account)


class Turn:
    """The place that one file takes among those that are under way, until it is left."""

    def __init__(self, running: Counter[str], account: str) -> None:
        self._running = running
        self._account = account
        self._left = False

    def leave(self) -> None:
        """Give the place back. Leaving twice is harmless."""
        if not self._left:
            self._left = True
            self._running[self._account] -= 1
            if self._running[self._account] == 0:
                del self._running[self._account]

    @contextmanager
    def kept_if_good(self) -> Iterator[None]:
        """Keep the place when the block ends, for the answer that gives it back; leave it when the block raises."""
        try:
            yield
        except BaseException:
            self.leave()
            raise


class ExportResponse(StreamingResponse):
    """A file that is sent as it is read. Its turn ends with it: sent, failed, or left by its reader."""

    def __init__(
        self, pieces: AsyncIterator[bytes], turn: Turn, *, media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(_sliced(pieces), media_type=media_type, headers=headers)
        self._turn = turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._turn.leave()


async def pieces_of(exports: Exports, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Return what computes one piece after the other, each when it is wanted.

    The first is there before this returns: what fails, fails before anything is answered.
    """

    def following() -> bytes | None:
        return next(pieces, None)

    first = await exports.run(following)

    async def all_of_them() -> AsyncIterator[bytes]:
        piece = first
        while piece is not None:
            yield piece
            piece = await exports.run(following)

    return all_of_them()


async def _sliced(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        for start in range(0, len(piece), SLICE):
            yield piece[start : start + SLICE]
