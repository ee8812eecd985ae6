"""Free ports on loopback, remembered from one start to the next."""

import socket
import time
from pathlib import Path

from cityops.embedded.errors import ServerFailed

LOOPBACK = "127.0.0.1"


def choose_port(memory: Path, *, again: int = 0) -> int:
    """Return the port written in `memory` when it is still free, else a new one, and write it there.

    `again` is the port that a server had which is started once more: whoever knows it asks for no other. Raises
    ServerFailed when that is taken.
    """
    if again:
        if not is_free(again):
            raise ServerFailed(f"Port {again} is taken. End what listens there; it is tried again.")
        return again
    if memory.exists():
        remembered = memory.read_text(encoding="ascii").strip()
        if remembered.isdigit() and is_free(int(remembered)):
            return int(remembered)
    port = free_port()
    memory.write_text(str(port), encoding="ascii")
    return port


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Return True when a server could listen on the port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """Return True when something accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.5):
            return True
    except OSError:
        return False


def wait_until_answers(port: int, *, patience: float) -> bool:
    """Wait up to `patience` seconds for a server; return whether it came."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answers(port):
            return True
        time.sleep(0.05)
    return False
