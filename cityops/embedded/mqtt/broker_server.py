"""The broker's process: rumqttd, and in front of it one port that speaks both protocol versions.

rumqttd wants a port for MQTT 3.1.1 and another for MQTT 5. Devices should not have to know that, so the
front reads the CONNECT packet and relays the connection to the right one. It lets nobody in under a client id of our
own services, and nobody but them into a shared subscription (broker_access.py).
"""

import resource
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import uvloop
from iotcore import IotCoreBroker

from cityops.devices.blocked_file import read_blocked
from cityops.embedded import ports
from cityops.embedded.mqtt.broker_access import BLOCKED_FILE, SECRET_FILE, Access
from cityops.embedded.mqtt.broker_front import BrokerFront
from cityops.embedded.mqtt.sieve import Blocked

_LOOK_AGAIN = 0.5  # seconds between two looks at who is blocked
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
        uvloop.run(BrokerFront(inner, access).serve(public))


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


if __name__ == "__main__":
    main()
