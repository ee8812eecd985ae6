"""Servers that a fault test may break: its own broker with persistence."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cityops.embedded import ports

_CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_inflight_messages 20000
max_queued_messages 2000000
max_queued_bytes 536870912
set_tcp_nodelay true
log_type none
user root
"""


class Mosquitto:
    """Debian's broker with the limits of the shipped configuration; it keeps its queue over a restart."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = ports.free_port()
        self._configuration = folder / "mosquitto.conf"
        self._text = _CONFIGURATION.format(port=self.port, folder=folder)
        self.configure()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._is_down = False

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def configure(self, **options: int) -> None:
        """Write the configuration for the next start, with other values for some options."""
        lines = [line for line in self._text.splitlines() if line.split(" ")[0] not in options]
        self._configuration.write_text("\n".join([*lines, *(f"{name} {value}" for name, value in options.items()), ""]))

    def start(self) -> None:
        self._process = subprocess.Popen([self._program, "-c", str(self._configuration)])
        assert ports.wait_until_answers(self.port, patience=20)

    def kill(self) -> None:
        """End it as a crash does, and keep it down until `let_start`."""
        assert self._process is not None
        self._is_down = True
        self._process.kill()
        self._process.wait()

    def let_start(self) -> None:
        """Whoever keeps it running may start it again."""
        self._is_down = False

    def tend(self) -> None:
        """Start it again when it died, as a supervisor does."""
        if not self._is_down and (self._process is None or self._process.poll() is not None):
            self.start()

    def stop(self) -> None:
        """End it cleanly: it saves its queue first."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    program = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    if program is None:
        words = "no Mosquitto is installed: the fault tests did not run. Install Debian's package mosquitto."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(program, folder)
    broker.start()
    yield broker
    broker.stop()
