"""Keeps a handful of programs running: started in order, again when they die or hang, stopped in reverse."""

import logging
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL

from cityops.embedded import lifeline
from cityops.embedded.listener import ProgressListener
from cityops.embedded.log_files import rotate
from cityops.embedded.preloading import Preloaded

logger = logging.getLogger(__name__)

_STEADY = 30.0  # seconds after which a program counts as started well
_LONGEST_PAUSE = 30.0
HUNG = 45.0  # seconds without a sign of progress (cityops.operations.watchdog); a busy machine may hold one up for long


@dataclass(slots=True)
class Service:
    """One program and what is known of its run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0  # seconds before the next start; doubles while the program keeps dying
    listener: ProgressListener = field(default_factory=ProgressListener)


@dataclass(slots=True)
class Supervisor:
    """All programs of one process tree. They die with this process, whatever ends it."""

    environment: Mapping[str, str]
    logs: Path
    services: list[Service] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        preloaded: Preloaded | None = None,
    ) -> None:
        """Start a program and keep it running.

        `environment`: its own; None is that of all. `preloaded`: the process that becomes it the first time.
        """
        service = Service(name, command, self.environment if environment is None else environment)
        self.services.append(service)
        service.started_at = time.monotonic()
        if preloaded is not None:
            service.process = preloaded.start({**service.environment, **service.listener.environment})
        if service.process is None:
            self._spawn(service)

    def tend(self) -> None:
        """Start again what has died or hangs, after a pause that grows while it keeps dying. Call it often."""
        for service in self.services:
            rotate(self.log_of(service.name))
            if service.process is not None and service.process.poll() is None:
                self._end_if_hung(service, service.process)
                continue
            lived = time.monotonic() - service.started_at
            if lived >= _STEADY:
                service.pause = 1.0
            if lived >= service.pause:
                logger.warning("program died, starting it again", extra={"action": "restart", "program": service.name})
                service.pause = min(service.pause * 2, _LONGEST_PAUSE)
                with suppress(OSError):  # a full disk, or no memory: it is tried again after the pause
                    self._spawn(service)

    def log_of(self, name: str) -> Path:
        """Where a program's output goes."""
        return self.logs / f"{name}.log"

    def stop(self) -> None:
        """Ask every program to end, the last started first, and wait for it."""
        for service in reversed(self.services):
            if service.process is not None:
                lifeline.stop(service.process, patience=8)
            service.listener.close()
        self.services.clear()

    def _end_if_hung(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        if service.listener.is_silent(HUNG):
            logger.warning("program hangs, ending it", extra={"action": "restart", "program": service.name})
            process.kill()  # it hears no gentler word
            process.wait()

    def _spawn(self, service: Service) -> None:
        service.started_at = time.monotonic()
        service.listener.forget()
        service.process = lifeline.spawn(
            service.command,
            at_parent_death=SIGKILL,  # at once: what is not acknowledged comes again
            log=self.log_of(service.name),
            environment={**service.environment, **service.listener.environment},
        )
