"""A copy of the repository in which one file at a time is faulty, and its tests."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import psutil

from benchmarks.code.forked_pytest import end_descendants
from tests.npm import NODE

LONGEST = 180.0  # seconds of a test run: a mutant that runs for ever is killed


class Copy:
    """What git knows of the working tree of `source`, without the pictures, in `place`."""

    def __init__(self, source: Path, place: Path) -> None:
        self._place = place
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, cwd=source, capture_output=True, check=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (source / name).is_file() and not name.startswith("docs/pictures/"):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, place / name)
        self._pytest = self._start()
        self._passed: list[Sequence[str]] = []  # tests that pass as it is

    def close(self) -> None:
        """End the pytest of this copy."""
        assert self._pytest.stdin is not None
        self._pytest.stdin.close()
        self._pytest.wait()

    def fails(self, file: str, faulty: bytes, tests: Sequence[str]) -> bool:
        """Whether one of the tests fails with this content of a file.

        Raises SystemExit when they fail without a fault, or there are no such tests.
        """
        right = (self._place / file).read_bytes()
        scripts = [test for test in tests if test.endswith(".mjs")]
        python = [test for test in tests if not test.endswith(".mjs")]
        if tests not in self._passed and (self._node_fails(scripts) or self._pytest_fails(python)):
            raise SystemExit(f"they fail as it is: {' '.join(tests)}")
        self._passed.append(tests)
        try:
            (self._place / file).write_bytes(faulty)
            return self._node_fails(scripts) or self._pytest_fails(python)
        finally:
            (self._place / file).write_bytes(right)

    def _start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.code.forked_pytest"],
            cwd=self._place,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _node_fails(self, scripts: list[str]) -> bool:
        command = [str(NODE), "--test", *scripts]
        return (
            bool(scripts) and subprocess.run(command, check=False, cwd=self._place, capture_output=True).returncode != 0
        )

    def _pytest_fails(self, tests: list[str]) -> bool:
        if not tests:
            return False
        assert self._pytest.stdin is not None
        assert self._pytest.stdout is not None
        self._pytest.stdin.write(json.dumps(["-x", "-q", "-p", "no:cacheprovider", *tests]) + "\n")
        self._pytest.stdin.flush()
        answers = self._pytest.stdout
        with DefaultSelector() as selector:
            selector.register(answers, EVENT_READ)
            if not selector.select(LONGEST):
                end_descendants(psutil.Process(self._pytest.pid))  # with it they would be nobody's
                self._pytest.kill()
                self._pytest.wait()
                self._pytest = self._start()
                return True
        return answers.readline().strip() != "0"
