"""Sessions: finding out who a cookie belongs to, also while the database is away for a moment.

Anybody can send a cookie that nobody has. Those are looked up in a few threads of their own and remembered apart, so
that they neither hold up nor push out the ones that are known.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass

from cityops.accounts import tokens
from cityops.accounts.users import User
from cityops.clock import utc_now
from cityops.storage import Database, StorageError
from cityops.web.worker_pool import WorkerPool
from sharing.departments.reading import is_share_token

TRUST = 2.0  # seconds before the database is asked again: a revoked session ends this late
TRUST_IN_OUTAGE = 900.0  # seconds; a wall must not lose its picture because the database restarts
MOST = 4096
TOUCH = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Found:
    """What a token was last known to be: a person's session, a wall's, a department's, or (with none) nothing."""

    user: User | None
    wall: bool
    at: float
    department: bool = False

    @property
    def is_somebody(self) -> bool:
        """Whether the token opens anything."""
        return self.user is not None or self.wall or self.department


class Visitors:
    """Answers who holds a token. Raises StorageError when nobody can know, PoolFull when too many strangers ask."""

    def __init__(self, database: Database, *, strangers: Database) -> None:
        self._database = database
        self._for_strangers = strangers
        self._known: OrderedDict[bytes, Found] = OrderedDict()
        self._strangers: OrderedDict[bytes, Found] = OrderedDict()
        self._pool = WorkerPool("token", threads=2, queue=100)
        self._touched: OrderedDict[bytes, float] = OrderedDict()

    async def user(self, token: str | None) -> User | None:
        """Return the person who is logged in with a session token."""
        return (await self._find(token, "session")).user if token else None

    async def welcome(self, token: str) -> User | None:
        """Return the person of a session that was made just now: whoever was let in waits behind no stranger."""
        return (await self._find(token, "session", is_stranger=False)).user

    async def program(self, token: str) -> User | None:
        """Return as whom a program acts that brings a token of the API."""
        return (await self._find(token, "api")).user

    async def is_department(self, token: str) -> bool:
        """Whether a token was granted to a department. What it opens is asked at each read, by the database."""
        return (await self._find(token, "department")).department

    async def is_wall(self, token: str | None) -> bool:
        """Whether a token opens the wall."""
        return (await self._find(token, "wall")).wall if token else False

    async def touch(self, token: str | None) -> None:
        """Note that the person of a session did something; at most once a minute, for a database has better to do."""
        now = time.monotonic()
        if token is None or now - self._touched.get(_key(token, "session"), -TOUCH) < TOUCH:
            return
        self._touched[_key(token, "session")] = now
        if len(self._touched) > MOST:
            self._touched.popitem(last=False)
        try:
            await asyncio.to_thread(self._touch, token)
        except StorageError:  # an outage puts nobody out; the next request says it again
            self._touched.pop(_key(token, "session"), None)

    def forget_person(self, name: str) -> None:
        """Trust no session of this person longer: an administrator or they themselves ended them."""
        for key in [key for key, found in self._known.items() if found.user is not None and found.user.name == name]:
            del self._known[key]

    def _touch(self, token: str) -> None:
        with self._database.transaction() as tx:
            tokens.touch_session(tx, token, now=utc_now())

    def forget(self, token: str) -> None:
        """Trust this token no longer: its holder has just logged out."""
        self._known.pop(_key(token, "session"), None)

    async def _find(self, token: str, kind: str, *, is_stranger: bool = True) -> Found:
        key, now = _key(token, kind), time.monotonic()
        known = self._known.get(key) or self._strangers.get(key)
        if known is not None and now - known.at < TRUST:
            return known
        try:
            if key in self._known or not is_stranger:
                found = await asyncio.to_thread(self._ask, self._database, token, kind, now)
            else:
                found = await self._pool.run(self._ask, self._for_strangers, token, kind, now)
        except StorageError:
            if known is not None and now - known.at < TRUST_IN_OUTAGE:
                return known
            raise
        self._remember(key, found)
        return found

    def _remember(self, key: bytes, found: Found) -> None:
        here, there = (self._known, self._strangers) if found.is_somebody else (self._strangers, self._known)
        there.pop(key, None)
        here[key] = found
        here.move_to_end(key)
        if len(here) > MOST:
            here.popitem(last=False)

    def _ask(self, database: Database, token: str, kind: str, now: float) -> Found:
        with database.transaction() as tx:
            if kind == "wall":
                return Found(None, tokens.is_wall_token(tx, token), now)
            if kind == "department":
                return Found(None, wall=False, at=now, department=is_share_token(tx, token))
            if kind == "api":
                return Found(tokens.token_user(tx, token, now=utc_now()), wall=False, at=now)
            return Found(tokens.user_of(tx, token, now=utc_now()), wall=False, at=now)


def _key(token: str, kind: str) -> bytes:
    """The token itself is not kept in memory longer than its request."""
    return hashlib.sha256(f"{kind} {token}".encode()).digest()
