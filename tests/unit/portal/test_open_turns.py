"""Programs that read open data stand in line: slowed down, hardly ever refused, and nobody else waits for them."""

import asyncio
from http import HTTPStatus

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.app import ROOMS
from portal.web.allowances import ALLOWANCES, Allowance, AllowanceKind, Allowances
from portal.web.open_turns import MOST_IN_LINE, TURNS, OpenTurns


class House:
    """An application that lets nobody go before the door is opened, behind turns."""

    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.inside = list[str]()
        self.answered = list[str]()
        self.refused = list[str]()
        self.turns = OpenTurns(self._work, allowances=Allowances(), rooms=ROOMS, refuse=self._refuse)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside.append(scope["client"][0])
        await self.door.wait()
        self.answered.append(scope["client"][0])

    def _refuse(self, status: HTTPStatus, words: str, *, wait: float = 0.0) -> ASGIApp:
        async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
            assert (status, wait > 0) == (429, True)
            self.refused.append(scope["client"][0])

        return refuse

    async def ask(self, network: str, path: str = "/v1.1/Things") -> None:
        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(_: Message) -> None:
            pass

        await self.turns({"type": "http", "path": path, "client": (network, 1)}, receive, send)

    async def let_run(self) -> None:
        """Have everybody who can go on go on."""
        for _ in range(20):
            await asyncio.sleep(0)


def test_a_network_has_two_turns_and_keeps_nobody_else_out() -> None:
    async def run() -> None:
        house = House()
        asked = [asyncio.create_task(house.ask("10.0.0.1")) for _ in range(5)]
        await house.let_run()
        assert house.inside == ["10.0.0.1"] * TURNS
        asked.append(asyncio.create_task(house.ask("10.0.0.2")))
        await house.let_run()
        assert house.inside[TURNS:] == ["10.0.0.2"]
        house.door.set()
        await asyncio.gather(*asked)
        assert (len(house.answered), house.refused, house.turns._lines) == (6, [], {})

    asyncio.run(run())


def test_only_a_line_that_is_too_long_is_refused() -> None:
    async def run() -> None:
        house = House()
        asked = [asyncio.create_task(house.ask("10.0.0.1")) for _ in range(MOST_IN_LINE + 3)]
        await house.let_run()
        assert house.refused == ["10.0.0.1"] * 3
        house.door.set()
        await asyncio.gather(*asked)
        assert len(house.answered) == MOST_IN_LINE
        await house.ask("10.0.0.1")
        assert len(house.answered) == MOST_IN_LINE + 1

    asyncio.run(run())


def test_who_has_used_up_what_he_has_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALLOWANCES, AllowanceKind.OPEN, Allowance(at_once=1, per_second=50))

    async def run() -> float:
        house = House()
        house.door.set()
        began = asyncio.get_running_loop().time()
        for _ in range(5):
            await house.ask("10.0.0.1")
        assert (len(house.answered), house.refused) == (5, [])
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(run()) >= 4 / 50 - 0.01


def test_pages_of_people_stand_in_no_line() -> None:
    async def run() -> None:
        house = House()
        asked = [asyncio.create_task(house.ask("10.0.0.1", "/reports")) for _ in range(MOST_IN_LINE * 2)]
        await house.let_run()
        assert len(house.inside) == MOST_IN_LINE * 2
        house.door.set()
        await asyncio.gather(*asked)

    asyncio.run(run())
