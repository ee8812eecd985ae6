"""A Mosquitto for benchmarks, with the limits of the shipped configuration, on a free port of loopback."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cityops.embedded import ports

_CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 20000
max_queued_messages 2000000
max_queued_bytes 536870912
set_tcp_nodelay true
log_type none
"""


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a broker while the block lasts; yield its URL."""
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    port = ports.free_port()
    configuration = folder / "mosquitto.conf"
    configuration.write_text(_CONFIGURATION.format(port=port))
    process = subprocess.Popen([program, "-c", str(configuration)])
    try:
        ports.wait_until_answers(port, patience=10)
        yield f"mqtt://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
