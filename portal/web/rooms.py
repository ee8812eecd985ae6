"""The rooms of the portal: what is different about the addresses below a prefix. Each stands beside its routes.

Faults, headers, limits and robots.txt read the same table, so that an address is open data for all of them or for none.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from portal.web.allowances import AllowanceKind


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    """Why a request is not answered: `words` in English, for programs; `wait`: seconds until it may be asked again."""

    status: HTTPStatus
    words: str
    wait: int


RefusalForm = Callable[[Request, RequestRefusal], Response]
ErrorAnswer = Callable[[Request, Exception], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Room:
    """All addresses below `prefix`, and `prefix` itself where it ends in no slash.

    `refuse`: the form of its faults. `errors`: exceptions of its own, and who answers them.
    `words`: what a fault says of which nothing but the status is known; else it names the page of `reference`.
    `is_open`: whether pages of other sites may read it. `is_searched`: whether searching machines may.
    `limit`: what one network may read of it; None: as much as it likes.
    """

    prefix: str
    refuse: RefusalForm
    errors: Mapping[type[Exception], ErrorAnswer] = field(default_factory=dict)
    words: Mapping[HTTPStatus, str] = field(default_factory=dict)
    reference: str = "open-data"
    is_open: bool = False
    is_searched: bool = True
    limit: AllowanceKind | None = AllowanceKind.READ

    def has(self, path: str) -> bool:
        """Whether an address is one of this room."""
        return path == self.prefix or path.startswith(f"{self.prefix.removesuffix('/')}/")


class Rooms:
    """All rooms of an application, of which `/` is one: an address belongs to that of the longest prefix."""

    def __init__(self, rooms: tuple[Room, ...]) -> None:
        self._rooms = sorted(rooms, key=lambda room: len(room.prefix), reverse=True)
        if self._rooms[-1].prefix != "/":
            raise ValueError("no room has the addresses that are in no other")

    def __iter__(self) -> Iterator[Room]:
        """From the longest prefix to the shortest."""
        return iter(self._rooms)

    def of(self, path: str) -> Room:
        """Return the room of an address; whatever a client writes there, it is in one."""
        return next((room for room in self._rooms if room.has(path)), self._rooms[-1])
