"""What failed once and then passed is named, and only that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flaky import run_twice

STUMBLES = """
from pathlib import Path
def test_stumbles_once():
    stone = Path("stone")
    stumbled = stone.exists()
    stone.touch()
    assert stumbled
"""
PASSES = "def test_passes(): pass\n"
FAILS = "def test_fails(): assert False\n"


def run(folder: Path, *tests: str) -> int:
    """Write the tests to a folder and run them as `.ci/run` does."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text("\n".join(tests))

    def suite(options: str) -> int:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *options.split()],
            cwd=folder,
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdout=subprocess.DEVNULL,
            check=False,
        ).returncode

    return run_twice(suite, folder)


@pytest.mark.parametrize(("tests", "status"), [((PASSES, STUMBLES), 0), ((PASSES, STUMBLES, FAILS), 1)])
def test_a_test_that_failed_and_then_passed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tests: tuple[str, ...], status: int
) -> None:
    assert run(tmp_path, *tests) == status
    assert (tmp_path / "build" / "flaky.txt").read_text() == "test_it.py::test_stumbles_once\n"
    assert "FLAKY test_it.py::test_stumbles_once\n" in capsys.readouterr().out


def test_a_run_without_a_stumble_names_none_and_forgets_those_of_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "build" / "flaky.txt"
    report.parent.mkdir()
    report.write_text("test_old.py::test_of_yesterday\n")

    assert run(tmp_path, PASSES) == 0
    assert report.read_text() == ""
    assert "FLAKY" not in capsys.readouterr().out
