"""Start the product's programs in tests, and wait for what they do."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn


@contextmanager
def running(*arguments: str, environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `cityops …` while the block lasts; its output goes to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cityops", *arguments],
            env=os.environ | dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving(server: uvicorn.Server) -> Iterator[uvicorn.Server]:
    """Serve in a thread of this process while the block lasts."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: server.started, "the server listens")
        yield server
    finally:
        server.should_exit = True
        thread.join()


def wait_for(condition: Callable[[], object], what: str, *, seconds: float = 30) -> None:
    """Wait until a condition holds; fail naming what did not happen."""
    deadline = time.monotonic() + seconds
    pause = 0.002  # most of what is waited for is nearly there; what is not costs no more looks than it did
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(pause)
        pause = min(2 * pause, 0.05)
