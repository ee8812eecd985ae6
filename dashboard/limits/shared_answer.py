"""One answer for everybody who asks within a second: whoever asks a thousand times costs what one costs."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from cityops.web.worker_pool import WorkerPool

T = TypeVar("T")
GOOD_FOR = 1.0  # seconds


class SharedAnswer(Generic[T]):
    """Asks in a thread of its own, once at a time, and gives what came of it to all who wait."""

    def __init__(self, name: str) -> None:
        self._pool = WorkerPool(name, threads=1, queue=1)
        self._asked: asyncio.Task[T] | None = None
        self._asked_at = 0.0

    async def ask(self, question: Callable[[], T]) -> T:
        """Return the answer under way or the one of the last second, else ask anew. Raises what the question raises."""
        now = time.monotonic()
        asked = self._asked
        if asked is None or (asked.done() and now - self._asked_at >= GOOD_FOR) or not _is_of_this_loop(asked):
            asked = self._asked = asyncio.create_task(self._pool.run(question))
            self._asked_at = now
        return await asyncio.shield(asked)


def _is_of_this_loop(task: "asyncio.Task[T]") -> bool:
    return task.get_loop() is asyncio.get_running_loop()
