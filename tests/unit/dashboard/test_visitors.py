"""Cookies that nobody has: they are remembered apart from those that people have."""

import asyncio
import threading
import time

import pytest

from cityops.accounts.roles import Role
from cityops.accounts.users import User
from cityops.storage import Database, DatabaseUnavailable
from cityops.web.worker_pool import PoolFull
from dashboard.web import session_resolver
from dashboard.web.session_resolver import Found, Visitors

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/none", application="test")
LI = User("li", Role.OFFICER)


def test_invented_cookies_push_out_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_resolver, "MOST", 4)
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)  # asked every time
    asked = Visitors(NOWHERE, strangers=NOWHERE)

    def ask(_database: object, token: str, _kind: str, now: float) -> Found:
        return Found(LI if token == "of-li" else None, wall=False, at=now)

    def away(*_: object) -> Found:
        raise DatabaseUnavailable

    async def visit() -> None:
        monkeypatch.setattr(asked, "_ask", ask)
        assert await asked.user("of-li") == LI
        for number in range(10):
            assert await asked.user(f"invented-{number}") is None
        monkeypatch.setattr(asked, "_ask", away)
        assert await asked.user("of-li") == LI  # an outage puts nobody out

    asyncio.run(visit())


def test_a_stranger_who_is_let_in_is_no_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Visitors(NOWHERE, strangers=NOWHERE)
    found: list[User | None] = [None, LI]
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)
    monkeypatch.setattr(asked, "_ask", lambda *_: Found(found.pop(0), wall=False, at=time.monotonic()))

    async def visit() -> None:
        assert await asked.user("token") is None
        assert await asked.user("token") == LI

    asyncio.run(visit())


def test_whoever_was_let_in_waits_behind_no_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = Visitors(NOWHERE, strangers=NOWHERE), threading.Event()

    def ask(_database: object, token: str, _kind: str, now: float) -> Found:
        if token != "of-li":
            go_on.wait(60)
        return Found(LI if token == "of-li" else None, wall=False, at=now)

    monkeypatch.setattr(asked, "_ask", ask)

    async def visit() -> None:
        knocking = [asyncio.create_task(asked.user(f"invented-{number}")) for number in range(200)]
        await asyncio.sleep(0)  # all of them knock
        try:
            with pytest.raises(PoolFull):
                await asked.user("invented")
            assert await asked.welcome("of-li") == LI
        finally:
            go_on.set()
        await asyncio.gather(*knocking, return_exceptions=True)
        assert await asked.user("of-li") == LI

    asyncio.run(visit())
