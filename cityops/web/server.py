"""Serving an application with uvicorn, and ending without delay."""

import signal
import socket
import sys
from collections.abc import Sequence
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from cityops.errors import CityOpsError
from cityops.web.connections import bounded, raise_file_limit
from cityops.web.proxies import Network, is_trusted

GRACE = 2  # seconds for requests that are under way; screens are told at once
# Seconds after which a thread that computes lets another one go on. The picture of a large city is computed most of
# the time, and each step of a click would wait Python's usual 5 ms for it: see docs/reference/benchmarks-desk.md.
SWITCH_INTERVAL = 0.0005


class PortTaken(CityOpsError):
    """Choose another --port, or start every dashboard on it with --share-port."""


def make_server(app: ASGIApp, *, host: str, port: int, proxies: Sequence[Network] = ()) -> uvicorn.Server:
    """Return the server, not yet started. From the addresses of `proxies` come many visitors."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=bounded(lambda address: is_trusted(address, proxies)),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the application knows whom to believe: cityops/web/proxies.py
            timeout_graceful_shutdown=GRACE,
            ws_per_message_deflate=False,  # differences are small; compressing them for each screen costs more
            ws_max_size=64 * 1024,  # a screen has nothing to say
        )
    )


def run(app: ASGIApp, *, host: str, port: int, proxies: Sequence[Network] = (), shares_port: bool = False) -> None:
    """Serve until SIGTERM or Ctrl-C, both of which are a good end.

    With `shares_port` other processes that do the same may listen there too. Raises PortTaken.
    """
    # uvicorn ends in order and then raises the signal again for whoever handled it before.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    raise_file_limit()
    sys.setswitchinterval(SWITCH_INTERVAL)
    server = make_server(app, host=host, port=port, proxies=proxies)
    server.run(sockets=[listen_with_others(host, port)] if shares_port else None)


def listen_with_others(host: str, port: int) -> socket.socket:
    """Return a socket on a port at which other processes may listen too; the system deals new connections out."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise PortTaken(f"Nothing can listen on {host}:{port}: {error.strerror}. {PortTaken.__doc__}") from error
    return listener


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
