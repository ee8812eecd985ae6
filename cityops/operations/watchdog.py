"""Signs of progress, for whoever started this program: systemd, `cityops keep` in a container, or the demo.

The protocol is systemd's (sd_notify): the datagram `WATCHDOG=1` to the socket that NOTIFY_SOCKET names. A program that
lives but is stuck sends none, and is started again. Where nobody listens nothing is sent.
"""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

SIGN = b"WATCHDOG=1"
SOCKET = "NOTIFY_SOCKET"
EVERY = 1.0  # seconds: more signs than that tell nobody more


class Watchdog:
    """The way to whoever watches this program."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        name = environment.get(SOCKET, "")
        self._address = "\0" + name[1:] if name.startswith("@") else name  # systemd writes abstract names so
        self._sent_at = -EVERY

    def show_progress(self) -> None:
        """Say that a piece of work is done, or that there was none. Call it from the loop that does the work."""
        now = time.monotonic()
        if not self._address or now - self._sent_at < EVERY:
            return
        self._sent_at = now
        # Nobody may listen any more: that is no reason to stop working.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(0)
            sender.sendto(SIGN, self._address)


_OURS = Watchdog(os.environ)
show_progress = _OURS.show_progress
