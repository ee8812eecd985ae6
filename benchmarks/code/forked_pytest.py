"""A pytest that has imported what takes long: it forks for each run, so that a run costs what its tests cost.

Reads one JSON list of arguments a line, writes one exit status a line. Run in the folder of the tests.
"""

import importlib
import json
import os
import sys

import pytest

# What the tests need of others. Nothing of the product itself: each run must read it anew.
PRELOADED = ("numpy", "pandas", "msgspec", "hypothesis", "psycopg2", "argon2", "shapely", "dash", "plotly", "pydantic")
# Pytest would load, in each run, every plugin that is installed.
PLUGINS = ("-p", "xdist", "-p", "_hypothesis_pytestplugin")


def main() -> None:
    """Serve until the input ends."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in PRELOADED:
        importlib.import_module(name)
    sys.path.insert(0, str(os.getcwd()))  # noqa: PTH109
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


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
