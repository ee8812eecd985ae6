"""Keeps a process from connecting to where its message may not go."""

import sys
from collections.abc import Callable
from typing import Any


class AddressRefused(PermissionError):
    """The receiver's name leads to an inner address."""


def guard_connections(allows: Callable[[str], bool], refused: Callable[[str], None]) -> None:
    """Refuse connections of this process to hosts that are not allowed, and tell which. It cannot be undone.

    The hook sees the very address that is connected to: no name is looked up a second time.
    """

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("socket.connect", "socket.sendto") or not isinstance(arguments[1], tuple):
            return
        host = str(arguments[1][0])
        if not allows(host):
            refused(host)
            raise AddressRefused(AddressRefused.__doc__)

    sys.addaudithook(check)
