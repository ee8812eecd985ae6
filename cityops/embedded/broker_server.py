"""The broker's process: rumqttd, and in front of it one port that speaks both protocol versions.

rumqttd wants a port for MQTT 3.1.1 and another for MQTT 5. Devices should not have to know that, so the
front reads the protocol level out of the CONNECT packet and relays the connection to the right one.
"""

import asyncio
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

import uvloop
from iotcore import IotCoreBroker

from cityops.embedded import ports

_MQTT_5 = 5
_LONGEST_PREFIX = 12  # packet type, up to 4 bytes of length, 2 + 4 of protocol name, the level
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
    """Run until killed. Arguments: the public port, the folder for the configuration file."""
    public, folder = int(sys.argv[1]), Path(sys.argv[2])
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
        uvloop.run(_serve(public, inner))


async def _serve(public: int, inner: dict[str, int]) -> None:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _relay(reader, writer, inner)
        except (OSError, EOFError, TimeoutError):
            pass  # a client that came and went, as clients do
        finally:
            writer.close()

    server = await asyncio.start_server(accept, ports.LOOPBACK, public)
    await server.serve_forever()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inner: dict[str, int]) -> None:
    async with asyncio.timeout(10):
        head, level = await _read_level(reader)
    port = inner["v5" if level == _MQTT_5 else "v4"]
    broker_reader, broker_writer = await asyncio.open_connection(ports.LOOPBACK, port)
    broker_writer.write(head)
    try:
        # Whichever side closes first ends both.
        await asyncio.wait(
            [
                asyncio.create_task(_pump(reader, broker_writer)),
                asyncio.create_task(_pump(broker_reader, writer, acknowledge=broker_writer)),
            ],
            return_when=asyncio.FIRST_COMPLETED,
        )
    finally:
        broker_writer.close()


async def _read_level(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    """Read the beginning of CONNECT; return it with the protocol level in it."""
    head = await reader.readexactly(2)
    while head[-1] & 0x80 and len(head) < 5:  # the remaining length takes one byte to four
        head += await reader.readexactly(1)
    head += await reader.readexactly(_LONGEST_PREFIX - 5)  # the name's length, "MQTT", the level
    return head, head[-1]


async def _pump(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, *, acknowledge: asyncio.StreamWriter | None = None
) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
            if acknowledge is not None and hasattr(socket, "TCP_QUICKACK"):
                # rumqttd leaves Nagle's algorithm on: without an early TCP ACK every answer waits 40 ms.
                acknowledge.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


if __name__ == "__main__":
    main()
