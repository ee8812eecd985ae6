"""Run the suite, run once more what failed, and list as flaky what then passed.

A flaky test does not stop a change and is not forgotten: it is named at the end of the run and in build/flaky.txt.
`.ci/run` runs `python -m tests.flaky`.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
ONCE_MORE = "--last-failed --last-failed-no-failures none"
_LAST_FAILED = Path(".pytest_cache", "v", "cache", "lastfailed")
_REPORT = Path("build", "flaky.txt")

Suite = Callable[[str], int]  # takes the options of pytest, returns its exit status


def run_twice(suite: Suite, folder: Path) -> int:
    """Run the suite of a folder, and once more what failed; return the status of the last run.

    Write the node ids of the flaky tests to build/flaky.txt of the folder, one a line; an empty file says none was.
    """
    (folder / _LAST_FAILED).unlink(missing_ok=True)
    status = suite("")
    failed_once = _failed(folder)
    if status:
        status = suite(ONCE_MORE)
    flaky = sorted(failed_once - _failed(folder))
    report = folder / _REPORT
    report.parent.mkdir(exist_ok=True)
    report.write_text("".join(f"{test}\n" for test in flaky), encoding="utf-8")
    if flaky:
        lines = [f"{len(flaky)} tests failed and then passed. Find the cause: on another day it stops a change."]
        sys.stdout.write("\n".join([*lines, *(f"FLAKY {test}" for test in flaky), ""]))
    return status


def _failed(folder: Path) -> set[str]:
    """Return the node ids that pytest's cache holds as failed."""
    cache = folder / _LAST_FAILED
    return set(json.loads(cache.read_text(encoding="utf-8"))) if cache.exists() else set()


def _make_test(options: str) -> int:
    return subprocess.run(["make", "test", f"ARGS={options}"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run_twice(_make_test, ROOT))
