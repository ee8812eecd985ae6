"""The broker's process: rumqttd, and in front of it one port that speaks both protocol versions.

rumqttd wants a port for MQTT 3.1.1 and another for MQTT 5. Devices should not have to know that, so the
front reads the CONNECT packet and relays the connection to the right one. It lets nobody in under a client id of our
own services, and nobody but them into a shared subscription (broker_access.py).
"""

import asyncio
import resource
import socket
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import uvloop
from iotcore import IotCoreBroker

from cityops.devices.blocked_file import read_blocked
from cityops.embedded import ports
from cityops.embedded.mqtt.broker_access import BLOCKED_FILE, SECRET_FILE, Access, Refused
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
from cityops.embedded.mqtt.sieve import Blocked, PacketFilter

_LOOK_AGAIN = 0.5  # seconds between two looks at who is blocked
_CONNECT = 0x10
_MOST_STRANGERS = 5000
_FILES_A_CONNECTION = 3  # one to the client, two between the front and rumqttd
_SPARE_FILES = 500  # for our services and for rumqttd's own
_CONFIGURATION = """
id = 0
[router]
id = 0
max_connections = 10000
max_outgoing_packet_count = 1000
max_segment_size = 67108864   # a session that is away may lag by 16 segments of 64 MiB
max_segment_count = 16
{listeners}
"""
_LISTENER = """
[{version}.1]
name = "{version}"
listen = "{host}:{port}"
next_connection_delay_ms = 0
[{version}.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 100
dynamic_filters = true
"""


def main() -> None:
    """Run until killed. Arguments: the public port, the folder of the configuration file and the services' secret."""
    public, folder = int(sys.argv[1]), Path(sys.argv[2])
    secret = (folder / SECRET_FILE).read_text(encoding="ascii")
    most_strangers = min(_MOST_STRANGERS, (_allow_files() - _SPARE_FILES) // _FILES_A_CONNECTION)
    access = Access(secret, most_strangers=most_strangers, blocked=_watched(folder / BLOCKED_FILE))
    inner = {"v4": ports.free_port(), "v5": ports.free_port()}
    configuration = folder / "rumqttd.toml"
    listeners = "".join(
        _LISTENER.format(version=version, host=ports.LOOPBACK, port=port) for version, port in inner.items()
    )
    configuration.write_text(_CONFIGURATION.format(listeners=listeners), encoding="utf-8")
    broker = IotCoreBroker(config_path=str(configuration))
    threading.Thread(target=broker.run_forever, daemon=True).start()
    if not all(ports.wait_until_answers(port, patience=15) for port in inner.values()):
        sys.exit("rumqttd does not answer")
    with suppress(KeyboardInterrupt):
        uvloop.run(_Front(inner, access).serve(public))


def _watched(path: Path) -> Blocked:
    """Return what tells who is blocked, as of half a second ago."""
    names, looked_at = read_blocked(path), time.monotonic()

    def blocked() -> frozenset[str]:
        nonlocal names, looked_at
        if time.monotonic() - looked_at > _LOOK_AGAIN:
            names, looked_at = read_blocked(path), time.monotonic()
        return names

    return blocked


def _allow_files() -> int:
    """Let this process open as many files as it may; return how many."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_STRANGERS * _FILES_A_CONNECTION + _SPARE_FILES
    allowed = max(allowed, wanted if most == resource.RLIM_INFINITY else min(wanted, most))
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return allowed


class _Front:
    """The public port. `inner`: rumqttd's ports by protocol version."""

    def __init__(self, inner: Mapping[str, int], access: Access) -> None:
        self._inner = inner
        self._access = access

    async def serve(self, public: int) -> None:
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


if __name__ == "__main__":
    main()
