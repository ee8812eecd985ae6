"""How long each file of tests takes: whoever deals the suite out to workers deals the longest files first.

Every run leaves its own in build/durations.json, the longest first, and says at its end which took longest and how
evenly the workers were busy. `make durations` keeps those of the last run.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

KEPT = Path(__file__).parent / "durations.json"
LAST_RUN = Path(__file__).parent.parent / "build" / "durations.json"
_BRIEF = 2.0  # seconds: such a file fills any gap, and its place does not matter
_TOLD = 15  # files at the end of a run
_SMALL = 60.0  # seconds: nobody asks where the time of such a run went


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def kept() -> dict[str, float]:
    """Return the seconds of each long file, by its path."""
    durations: dict[str, float] = json.loads(KEPT.read_text(encoding="utf-8"))
    return durations


class Durations:
    """Adds up what the tests of each file take, writes it at the end of the run and tells the longest."""

    def __init__(self) -> None:
        self._seconds = defaultdict[str, float](float)
        self._busy = defaultdict[str, float](float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[file_of(report.nodeid)] += report.duration
        self._busy[getattr(report, "worker_id", "alone")] += report.duration

    def pytest_sessionfinish(self) -> None:
        LAST_RUN.parent.mkdir(exist_ok=True)
        _write(LAST_RUN, self._seconds)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        lines = longest(self._seconds, self._busy)
        if lines:
            terminalreporter.section("where the time went (build/durations.json has all files)")
        for line in lines:
            terminalreporter.write_line(line)


def longest(seconds: Mapping[str, float], busy: Mapping[str, float]) -> list[str]:
    """Return a line for each of the longest files, and one of how long each worker was busy; of a short run nothing.

    `seconds`: by file; `busy`: by worker.
    """
    whole = sum(seconds.values())
    if whole < _SMALL:
        return []
    first = sorted(seconds.items(), key=lambda item: -item[1])[:_TOLD]
    workers = ", ".join(f"{name} {taken:.0f} s" for name, taken in sorted(busy.items()))
    return [
        *(f"{taken:7.1f} s {taken / whole:4.0%}  {name}" for name, taken in first),
        f"{whole:7.1f} s in {len(seconds)} files; busy: {workers}",
    ]


def _write(path: Path, seconds: dict[str, float]) -> None:
    longest_first = sorted(seconds.items(), key=lambda item: -item[1])
    path.write_text(json.dumps({name: round(taken, 1) for name, taken in longest_first}, indent=0) + "\n", "utf-8")


def _keep() -> None:
    seconds = json.loads(LAST_RUN.read_text(encoding="utf-8"))
    _write(KEPT, {name: taken for name, taken in seconds.items() if taken > _BRIEF})


if __name__ == "__main__":
    _keep()
