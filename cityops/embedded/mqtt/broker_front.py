"""The public port of the broker: the first packet says to which port of rumqttd a connection is relayed."""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress

from cityops.embedded import ports
from cityops.embedded.mqtt.broker_access import Access, Refused
from cityops.embedded.mqtt.mqtt_packets import (
    LONGEST_PACKET,
    MQTT_5,
    Hello,
    Malformed,
    SharedRefusal,
    read_hello,
    read_length,
    refuse_connection,
)
from cityops.embedded.mqtt.sieve import PacketFilter

_CONNECT = 0x10


class BrokerFront:
    """The public port. `inner`: rumqttd's ports by protocol version."""

    def __init__(self, inner: Mapping[str, int], access: Access) -> None:
        self._inner = inner
        self._access = access

    async def serve(self, public: int) -> None:
        """Serve until cancelled."""
        server = await asyncio.start_server(self._accept, ports.LOOPBACK, public)
        await server.serve_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                connect = await _read_connect(reader)
            hello = read_hello(connect)
            try:
                with self._access.enter(hello):
                    await self._relay(reader, writer, connect, hello)
            except Refused as refused:
                writer.write(refuse_connection(hello.level, identifier=refused.identifier))
                await writer.drain()
        except (OSError, EOFError, TimeoutError, Malformed):
            pass  # a client that came and went, as clients do
        finally:
            writer.close()

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connect: bytes, hello: Hello
    ) -> None:
        port = self._inner["v5" if hello.level == MQTT_5 else "v4"]
        broker_reader, broker_writer = await asyncio.open_connection(ports.LOOPBACK, port)
        broker_writer.write(connect)
        is_service = self._access.is_service(hello)
        sieve = PacketFilter(self._access.blocked, is_service=is_service)
        onward = (
            _pump(reader, broker_writer, sieve=sieve)
            if is_service
            else _pump_without_shares(reader, broker_writer, writer, sieve, SharedRefusal(hello.level))
        )
        try:
            # Whichever side closes first ends both.
            await asyncio.wait(
                [
                    asyncio.create_task(onward),
                    asyncio.create_task(_pump(broker_reader, writer, acknowledge=broker_writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            broker_writer.close()


async def _read_connect(reader: asyncio.StreamReader) -> bytes:
    """Read the first packet of a client, which must be CONNECT. Raises Malformed."""
    head = await reader.readexactly(2)
    if head[0] != _CONNECT:
        raise Malformed("the first packet is no CONNECT")
    while (found := read_length(head, 1)) is None:  # the remaining length takes one byte to four
        head += await reader.readexactly(1)
    length, _ = found
    if length > LONGEST_PACKET:
        raise Malformed(f"CONNECT has {length} bytes")
    return head + await reader.readexactly(length)


async def _pump_without_shares(
    source: asyncio.StreamReader,
    target: asyncio.StreamWriter,
    client: asyncio.StreamWriter,
    sieve: PacketFilter,
    refusal: SharedRefusal,
) -> None:
    with suppress(OSError, Malformed):
        while data := await source.read(1 << 16):
            onward, answer = refusal.feed(sieve.feed(data))
            if answer:
                client.write(answer)
            target.write(onward)
            await target.drain()


async def _pump(
    source: asyncio.StreamReader,
    target: asyncio.StreamWriter,
    *,
    sieve: PacketFilter | None = None,
    acknowledge: asyncio.StreamWriter | None = None,
) -> None:
    with suppress(OSError, Malformed):
        while data := await source.read(1 << 16):
            target.write(sieve.feed(data) if sieve else data)
            await target.drain()
            if acknowledge is not None and hasattr(socket, "TCP_QUICKACK"):
                # rumqttd leaves Nagle's algorithm on: without an early TCP ACK every answer waits 40 ms.
                acknowledge.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
