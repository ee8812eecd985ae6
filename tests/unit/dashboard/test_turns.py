"""How many may be open at once, and that each gives its place back however it ends."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import nullcontext
from typing import Any

import pytest

from dashboard.limits.turns import TooManyAtOnce, TurnResponse, Turns


def test_each_holder_has_so_many_and_all_together_have_so_many() -> None:
    turns = Turns(3, 2)
    first = [turns.enter("an"), turns.enter("an")]
    with pytest.raises(TooManyAtOnce):
        turns.enter("an")
    turns.enter("bo")
    with pytest.raises(TooManyAtOnce):
        turns.enter("cy")
    first[0].leave()
    first[0].leave()
    turns.enter("an")
    with pytest.raises(TooManyAtOnce):
        turns.enter("an")


def test_what_fails_before_its_answer_gives_the_place_back() -> None:
    turns = Turns(1, 1)
    with pytest.raises(ZeroDivisionError), turns.enter("an").kept_if_good():
        raise ZeroDivisionError
    with turns.enter("an").kept_if_good():
        pass
    with pytest.raises(TooManyAtOnce):
        turns.enter("an")


@pytest.mark.parametrize("fault", [None, OSError("the reader is gone"), ZeroDivisionError()])
def test_an_answer_gives_the_place_back_when_it_ends(fault: Exception | None) -> None:
    turns = Turns(1, 1)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"

    async def send(message: MutableMapping[str, Any]) -> None:
        if fault is not None and message["type"] == "http.response.body":
            raise fault

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def answer() -> None:
        response = TurnResponse(pieces(), turns.enter("an"), media_type="text/plain", headers={})
        scope = {"type": "http", "asgi": {"spec_version": "2.4"}, "method": "GET"}
        await response(scope, receive, send)

    with nullcontext() if fault is None else pytest.raises(Exception):  # noqa: PT011  (each wraps it in its own)
        asyncio.run(answer())
    turns.enter("an")
