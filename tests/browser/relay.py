"""A stretch of network between a browser and its server, which a test may cut: bytes vanish, nobody is told."""

import asyncio
import contextlib
import threading

from cityops.embedded import ports


class Relay:
    """Forwards connections to another port on loopback, in a thread of its own."""

    def __init__(self, target: int) -> None:
        self.port = ports.free_port()
        self._target = target
        self._whole = threading.Event()
        self._whole.set()
        self._lag = 0.0  # seconds that each piece is late
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert ports.wait_until_answers(self.port, patience=10)

    def cut(self) -> None:
        """From now on swallow everything, on open connections and new ones."""
        self._whole.clear()

    def mend(self) -> None:
        """Carry again what is sent from now on; what vanished stays lost."""
        self._whole.set()

    def delay(self, seconds: float) -> None:
        """From now on have every piece arrive so much later."""
        self._lag = seconds

    def reset(self) -> None:
        """End every open connection at once; new ones are carried."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._end_all)

    def stop(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, ports.LOOPBACK, self.port)
        await self._over.wait()
        server.close()

    def _end_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_connection(ports.LOOPBACK, self._target)
            self._writers.add(writer)
            with contextlib.closing(back):
                ways = [
                    asyncio.ensure_future(self._carry(reader, back)),
                    asyncio.ensure_future(self._carry(there, writer)),
                ]
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
            self._writers.discard(writer)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if self._lag:
                    await asyncio.sleep(self._lag)
                if self._whole.is_set():
                    sink.write(data)
                    await sink.drain()
