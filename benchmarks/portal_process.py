"""A portal of the product for benchmarks: in its own process and in the role cityops_portal, on an open database."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from cityops.embedded import ports
from cityops.storage.portal_role import portal_url

PASSWORD = "portal"


@contextmanager
def portal_process(url: str, folder: Path, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """Run the portal of a database whose role has PASSWORD; yield its port when it answers. Its log is in `folder`."""
    port = ports.free_port()
    environment = os.environ | {"CITYOPS_DATABASE_URL": portal_url(url, PASSWORD)} | settings
    with (folder / "portal.log").open("wb") as log:
        command = [sys.executable, "-m", "cityops", "portal", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        while not ports.answers(port):
            if process.poll() is not None:
                raise SystemExit((folder / "portal.log").read_text())
            time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)
