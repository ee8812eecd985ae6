"""Walls without a browser: WebSockets that take every frame and count its bytes."""

import asyncio
import threading
from typing import Self

from websockets.asyncio.client import connect


class Screens:
    """So many connected walls, in a thread of their own. Use as a context."""

    def __init__(self, url: str, count: int) -> None:
        self._url, self._count = url, count
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._connected = threading.Event()
        self._open = 0
        self.bytes = 0  # that all of them were sent

    def __enter__(self) -> Self:
        if self._count:
            self._thread.start()
            if not self._connected.wait(120):
                raise RuntimeError(f"only {self._open} of {self._count} walls were let in")
        return self

    def __exit__(self, *_: object) -> None:
        if self._count:
            self._loop.call_soon_threadsafe(self._stop)
            self._thread.join(30)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._tasks = [self._loop.create_task(self._look()) for _ in range(self._count)]
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _look(self) -> None:
        address = self._url.replace("http", "ws") + "/live"
        async with connect(address, origin=self._url, max_size=None, compression=None) as wire:  # type: ignore[arg-type]
            await wire.recv(decode=False)  # the first frame holds everything; it is not counted
            self._open += 1
            if self._open == self._count:
                self._connected.set()
            async for frame in wire:
                self.bytes += len(frame.encode() if isinstance(frame, str) else frame)
