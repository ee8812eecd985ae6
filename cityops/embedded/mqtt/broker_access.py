"""Who may enter the embedded broker under which client id. It has no accounts but one: that of our own services.

A device needs no password, so anybody may be any device. What nobody may be is one of our services: the session that
keeps the city's readings for ingest is under a client id, and whoever names it would get them.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field

from cityops.devices.topics import SAID_BY_US
from cityops.embedded.mqtt.mqtt_packets import Hello

SERVICE = "service"  # the username
SECRET_FILE = "service-secret"  # noqa: S105  (the file's name)
BLOCKED_FILE = "blocked"  # who is blocked, see cityops.devices.blocked_file


class Refused(Exception):
    """The client may not enter. `identifier`: because of its client id; otherwise there is no room."""

    def __init__(self, *, identifier: bool) -> None:
        super().__init__("client id of another account" if identifier else "too many connections")
        self.identifier = identifier


@dataclass(slots=True)
class Access:
    """The clients that are here, and the client ids that belong to our services."""

    secret: str  # the services' password
    most_strangers: int  # connections of all others together; the rest of the room is kept for our services
    blocked: Callable[[], Set[str]] = frozenset  # client ids and accounts that somebody blocked
    _ours: set[str] = field(default_factory=set)
    _held: dict[str, bytes] = field(default_factory=dict)  # client ids in use, with the account that uses each
    _uses: Counter[str] = field(default_factory=Counter)
    _strangers: int = 0

    def is_service(self, hello: Hello) -> bool:
        """Whether a client is one of our services."""
        return hello.username == SERVICE and hmac.compare_digest(hello.password.encode(), self.secret.encode())

    @contextmanager
    def enter(self, hello: Hello) -> Iterator[None]:
        """Hold a client id while the block lasts; that of a service stays its own. Raises Refused."""
        ours, account = self.is_service(hello), _account(hello)
        if not ours:
            if hello.username == SERVICE or hello.client_id in self._ours:
                raise Refused(identifier=True)
            if hello.will.startswith(SAID_BY_US):  # nobody warns by dying
                raise Refused(identifier=True)
            if not self.blocked().isdisjoint((hello.client_id, hello.username)):
                raise Refused(identifier=True)
            if self._held.get(hello.client_id, account) != account:
                raise Refused(identifier=True)
            if self._strangers >= self.most_strangers:
                raise Refused(identifier=False)
        elif hello.client_id:
            self._ours.add(hello.client_id)
        self._take(hello.client_id, account)
        self._strangers += not ours
        try:
            yield
        finally:
            self._strangers -= not ours
            self._give_back(hello.client_id)

    def _take(self, client_id: str, account: bytes) -> None:
        if client_id:  # without one the broker gives a new one each time
            self._held[client_id] = account
            self._uses[client_id] += 1

    def _give_back(self, client_id: str) -> None:
        if client_id:
            self._uses[client_id] -= 1
            if not self._uses[client_id]:
                del self._uses[client_id], self._held[client_id]


def _account(hello: Hello) -> bytes:
    return hashlib.sha256(f"{hello.username}\0{hello.password}".encode()).digest()
