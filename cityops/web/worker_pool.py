"""A few threads for one kind of work, and a queue that ends: what overruns one pool is refused and stops no other.

The picture, the probes, the interactive requests and the strangers at the door have a pool each. A thread holds at
most one connection to the database, so the size of a pool bounds its connections too.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from cityops.errors import CityOpsError

P = ParamSpec("P")
T = TypeVar("T")
RETRY_AFTER = 5  # seconds: by then a full queue has been worked off


class PoolFull(CityOpsError):
    """Too many ask for this at the same time. Try again in a few seconds."""


class WorkerPool:
    """Runs functions in threads of its own. `queue` is how many may wait for one."""

    def __init__(self, name: str, *, threads: int, queue: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + queue)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in the context of the caller and return what it returns. Raises PoolFull."""
        if not self._places.acquire(blocking=False):
            raise PoolFull
        context = contextvars.copy_context()
        future = self._executor.submit(context.run, partial(work, *args, **kwargs))
        future.add_done_callback(lambda _: self._places.release())  # also when nobody waits for it any more
        return await asyncio.wrap_future(future)
