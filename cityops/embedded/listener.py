"""The other end of cityops.operations.watchdog: hears whether a program gets on with its work."""

import itertools
import os
import socket
import sys
import time

from cityops.operations.watchdog import SIGN, SOCKET

_numbers = itertools.count(1)


class ProgressListener:
    """A socket for the signs of one program. On Linux; elsewhere nothing is heard, and nobody counts as silent."""

    def __init__(self) -> None:
        self._heard_at: float | None = None
        self._socket: socket.socket | None = None
        if sys.platform == "linux":
            self._name = f"cityops-{os.getpid()}-{next(_numbers)}"
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.settimeout(0)
            self._socket.bind(f"\0{self._name}")  # an abstract name: no file that somebody has to remove

    @property
    def environment(self) -> dict[str, str]:
        """What a program has to know to be heard."""
        return {SOCKET: f"@{self._name}"} if self._socket else {}

    def listen(self) -> bool:
        """Take what has come. Return whether there was a sign."""
        found = False
        while self._socket is not None:
            try:
                found |= SIGN in self._socket.recv(4096)
            except BlockingIOError:
                break
        if found:
            self._heard_at = time.monotonic()
        return found

    def is_silent(self, seconds: float) -> bool:
        """Whether the program was heard once, and not for so long. While it starts it may take its time."""
        self.listen()
        return self._heard_at is not None and time.monotonic() - self._heard_at > seconds

    def forget(self) -> None:
        """Begin anew: the program is another one."""
        self.listen()
        self._heard_at = None

    def close(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            self._socket.close()
