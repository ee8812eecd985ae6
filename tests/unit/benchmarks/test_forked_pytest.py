"""The pytest in which `make mutate` tries its mutants."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
LEAVES_ONE = """
import subprocess
from pathlib import Path

import psutil

from tests.programs import wait_for

def test_it():
    orphan = int(subprocess.check_output(["sh", "-c", "sleep 0.1 >&2 & echo $!"]))
    wait_for(lambda: not psutil.pid_exists(orphan), "who ended by itself is gone")
    left = subprocess.Popen(["sleep", "600"], start_new_session=True)
    Path("left").write_text(str(left.pid))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says whose child an orphan becomes")
def test_what_a_run_leaves_running_ends_with_it_and_what_ended_is_gone(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LEAVES_ONE)
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.code.forked_pytest"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input=json.dumps(["-q", "-p", "no:cacheprovider", "test_it.py"]) + "\n",
        capture_output=True,
        check=True,
        text=True,
    )

    assert answer.stdout == "0\n"
    assert not psutil.pid_exists(int((tmp_path / "left").read_text()))
