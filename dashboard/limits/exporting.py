"""Files on their way out: how many at once, on threads of their own, and what becomes of one whose reader goes.

A file is sent in slices as its reader takes them. Meanwhile it holds the text of one piece, and neither a thread nor a
connection of the database.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from cityops.web.worker_pool import WorkerPool
from dashboard.limits.connection_pools import EXPORT
from dashboard.limits.turns import Turns

T = TypeVar("T")
MOST = 120  # files at once; what each holds is about a megabyte
MOST_OF_ONE = 3  # of one account
SLICE = 32 * 1024  # bytes


class Exports:
    """Counts the files that are under way, and computes them apart from pages and pictures."""

    def __init__(self) -> None:
        self.turns = Turns(MOST, MOST_OF_ONE)
        self._workers = WorkerPool("export", threads=EXPORT, queue=MOST)

    async def run(self, work: Callable[[], T]) -> T:
        """Do some work of a file in a thread that only files use, as the visitor of this request."""
        return await self._workers.run(work)

    async def slices(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Return what computes one piece after the other, each when it is wanted, and gives it in slices.

        The first is there before this returns: what fails, fails before anything is answered.
        """

        def following() -> bytes | None:
            return next(pieces, None)

        first = await self.run(following)

        async def all_of_them() -> AsyncIterator[bytes]:
            piece = first
            while piece is not None:
                for start in range(0, len(piece), SLICE):
                    yield piece[start : start + SLICE]
                piece = await self.run(following)

        return all_of_them()
