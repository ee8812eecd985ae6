"""How many of one kind are open at once: files, streams. Each has a place that is given back however it ends."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from cityops.errors import CityOpsError


class TooManyAtOnce(CityOpsError):
    """Too many of these are open at once. Take or close one of yours, and try again in a moment."""


class Turns:
    """Counts what is open: `most` altogether, `most_of_one` of one account, or of one address where nobody is named."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._open: Counter[str] = Counter()

    def enter(self, holder: str) -> "Turn":
        """Count one more of a holder. Raises TooManyAtOnce."""
        if self._open[holder] >= self._most_of_one or self._open.total() >= self._most:
            raise TooManyAtOnce
        self._open[holder] += 1
        return Turn(self._open, holder)


class Turn:
    """The place of one among those that are open, until it is left."""

    def __init__(self, taken: Counter[str], holder: str) -> None:
        self._taken = taken
        self._holder = holder
        self._left = False

    def leave(self) -> None:
        """Give the place back. Leaving twice is harmless."""
        if not self._left:
            self._left = True
            self._taken[self._holder] -= 1
            if self._taken[self._holder] == 0:
                del self._taken[self._holder]

    @contextmanager
    def kept_if_good(self) -> Iterator[None]:
        """Keep the place when the block ends, for the answer that gives it back; leave it when the block raises."""
        try:
            yield
        except BaseException:
            self.leave()
            raise


class TurnResponse(StreamingResponse):
    """An answer that is sent as it comes. Its turn ends with it: sent, failed, or left by its reader."""

    def __init__(
        self, pieces: AsyncIterator[bytes | str], turn: Turn, *, media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._turn = turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._turn.leave()
