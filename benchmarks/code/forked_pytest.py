"""A pytest that has imported what takes long: it forks for each run, so that a run costs what its tests cost.

Reads one JSON list of arguments a line, writes one exit status a line. Run in the folder of the tests. What a run
leaves running is ended with it (on Linux): a mutant may well be that nobody ends it.
"""

import ctypes
import importlib
import json
import os
import sys
from contextlib import suppress

import psutil
import pytest

# What the tests need of others. Nothing of the product itself: each run must read it anew.
PRELOADED = ("numpy", "pandas", "msgspec", "hypothesis", "psycopg2", "argon2", "shapely", "dash", "plotly", "pydantic")
# Pytest would load, in each run, every plugin that is installed.
PLUGINS = ("-p", "xdist", "-p", "_hypothesis_pytestplugin")
_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Serve until the input ends."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in PRELOADED:
        importlib.import_module(name)
    sys.path.insert(0, str(os.getcwd()))  # noqa: PTH109
    _adopt_orphans()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        status = _wait_for(child)
        end_descendants(psutil.Process())
        print(os.waitstatus_to_exitcode(status), flush=True)


def end_descendants(process: psutil.Process) -> None:
    """Kill what runs below a process, and wait until it is gone."""
    while left := process.children(recursive=True):
        for one in left:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(left, timeout=10)


def _wait_for(child: int) -> int:
    """Return how a child ended; meanwhile what it orphaned ends for good, as it would with init."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            return status


def _adopt_orphans() -> None:
    """Have what outlives the process that started it become a child of this one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _run(arguments: list[str]) -> None:
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    status = 1
    try:
        status = int(pytest.main([*PLUGINS, *arguments]))
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
