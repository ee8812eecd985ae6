"""Starts servers again that ended, for as long as it takes: a full disk is freed some day."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cityops.errors import CityOpsError

LONGEST_PAUSE = 30.0  # seconds between two tries
_STEADY = 30.0  # seconds after which a server counts as started well


class Server(Protocol):
    """What can be started, and asked whether it runs."""

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""

    def start(self) -> None:
        """Start it. Raises CityOpsError or OSError."""


@dataclass(slots=True)
class _Care:
    pause: float = 1.0  # seconds before the next try; doubles while it cannot be started
    tried_at: float = 0.0


class Revival:
    """Servers by name. `say` is told when one ends, cannot be started, and runs again."""

    def __init__(
        self, servers: Mapping[str, Server], say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._servers = servers
        self._say = say
        self._clock = clock
        self._care: dict[str, _Care] = {}  # of those that ended lately

    def tend(self) -> None:
        """Start what has ended, after a pause that grows while it cannot be started. Call it often; it never raises."""
        for name, server in self._servers.items():
            care = self._care.get(name)
            if server.is_running:
                if care is not None and self._clock() - care.tried_at > _STEADY:
                    del self._care[name]
            elif care is None:
                self._say(f"the {name} ended, starting it again …")
                self._try(name, server, _Care())
            elif self._clock() - care.tried_at >= care.pause:
                care.pause = min(care.pause * 2, LONGEST_PAUSE)
                self._try(name, server, care)

    def _try(self, name: str, server: Server, care: _Care) -> None:
        self._care[name] = care
        try:
            server.start()
        except (CityOpsError, OSError) as error:
            self._say(f"the {name} cannot be started: {error} The next try is in {care.pause:.0f} s.")
        else:
            self._say(f"the {name} runs again")
        care.tried_at = self._clock()
