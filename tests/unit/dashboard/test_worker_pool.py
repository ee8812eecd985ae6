"""Threads of one's own, a queue that ends, one answer for all who ask."""

import asyncio
import threading

import pytest

from cityops.web.worker_pool import PoolFull, WorkerPool
from dashboard.limits.shared_answer import SharedAnswer


def test_what_overruns_a_pool_is_refused_at_once_and_places_come_back() -> None:
    async def overrun() -> None:
        pool, go_on = WorkerPool("test", threads=1, queue=1), threading.Event()
        under_way = [asyncio.create_task(pool.run(go_on.wait)) for _ in range(2)]
        await asyncio.sleep(0)  # both are in
        with pytest.raises(PoolFull):
            await pool.run(go_on.wait)
        under_way[1].cancel()  # its asker left: the place is free when the thread is done with it
        go_on.set()
        assert await under_way[0]
        assert await pool.run(lambda: 7) == 7

    asyncio.run(overrun())


def test_all_who_ask_at_once_get_one_answer() -> None:
    asked: list[int] = []

    async def ask() -> list[int]:
        shared: SharedAnswer[int] = SharedAnswer("test")

        def question() -> int:
            asked.append(1)
            return len(asked)

        return await asyncio.gather(*(shared.ask(question) for _ in range(50)))

    assert asyncio.run(ask()) == [1] * 50
