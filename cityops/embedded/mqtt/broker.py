"""A real MQTT broker from a PyPI wheel, bound to loopback, one port for MQTT 3.1.1 and 5.

It keeps sessions and retained messages in memory: they survive their client, not the broker. It sends a
client at most 100 QoS 1 messages ahead of its acknowledgements, and a new subscription at most that many
retained ones (a constant of rumqttd 0.20): enough for a demo, and the reason why production uses Mosquitto.
"""

import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from cityops.embedded import lifeline, ports
from cityops.embedded.errors import ServerFailed
from cityops.embedded.mqtt.broker_access import BLOCKED_FILE, SECRET_FILE, SERVICE
from cityops.embedded.remembered import remembered_secret


class EmbeddedBroker:
    """One broker with its port and log in one folder. Use it as a context manager, or start() and stop()."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.log = self._folder / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where the broker is."""
        return f"mqtt://{self.address}"

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"{ports.LOOPBACK}:{self.port}"

    @property
    def service_url(self) -> str:
        """Where the broker is for our own services: under their client ids nobody else is let in.

        The password is made once, and kept in the folder.
        """
        return f"mqtt://{SERVICE}:{self._secret()}@{self.address}"

    @property
    def blocked_file(self) -> Path:
        """The file whose names it keeps out; see CITYOPS_BLOCKED_FILE."""
        return self._folder / BLOCKED_FILE

    @property
    def is_running(self) -> bool:
        """Whether the broker process is there."""
        return self._process is not None and self._process.poll() is None

    def begin(self) -> None:
        """Start the broker and do not wait for it: `start` does, and stop() ends it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.port = ports.choose_port(self._folder / "port", again=self.port)
        self._secret()
        self._process = lifeline.spawn(
            [sys.executable, "-m", "cityops.embedded.mqtt.broker_server", str(self.port), str(self._folder)],
            at_parent_death=signal.SIGKILL,
            log=self.log,
        )

    def start(self) -> None:
        """Start the broker, where that was not begun, and wait until it accepts connections. Raises ServerFailed."""
        if not self.is_running:
            self.begin()
        if not ports.wait_until_answers(self.port, patience=20) or not self.is_running:
            self.stop()
            raise ServerFailed(f"The MQTT broker did not start. Read {self.log}.")

    def stop(self) -> None:
        """Stop the broker. Sessions and retained messages are gone then."""
        if self._process is not None:
            lifeline.stop(self._process, patience=5)
            self._process = None

    def _secret(self) -> str:
        return remembered_secret(self._folder / SECRET_FILE)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
