"""How long each file of tests takes: whoever deals the suite out to workers deals the longest files first.

Every run leaves its own in build/durations.json, the longest first. `make durations` keeps those of the last run.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

KEPT = Path(__file__).parent / "durations.json"
LAST_RUN = Path(__file__).parent.parent / "build" / "durations.json"
_BRIEF = 2.0  # seconds: such a file fills any gap, and its place does not matter


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def kept() -> dict[str, float]:
    """Return the seconds of each long file, by its path."""
    durations: dict[str, float] = json.loads(KEPT.read_text(encoding="utf-8"))
    return durations


class Durations:
    """Adds up what the tests of each file take, and writes it at the end of the run."""

    def __init__(self) -> None:
        self._seconds = defaultdict[str, float](float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[file_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        LAST_RUN.parent.mkdir(exist_ok=True)
        _write(LAST_RUN, self._seconds)


def _write(path: Path, seconds: dict[str, float]) -> None:
    longest_first = sorted(seconds.items(), key=lambda item: -item[1])
    path.write_text(json.dumps({name: round(taken, 1) for name, taken in longest_first}, indent=0) + "\n", "utf-8")


def _keep() -> None:
    seconds = json.loads(LAST_RUN.read_text(encoding="utf-8"))
    _write(KEPT, {name: taken for name, taken in seconds.items() if taken > _BRIEF})


if __name__ == "__main__":
    _keep()
