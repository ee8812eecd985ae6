"""The demo as a presenter starts it: one command, one process tree, one data directory."""

import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from cityops.embedded.ports import free_port
from cityops.storage import Database
from tests.programs import wait_for


class Demo:
    """A running demo and what it printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.output = folder.parent / f"{uuid.uuid4().hex}.out"
        self.port = free_port()
        command = [sys.executable, "-m", "cityops", "demo", "--port", str(self.port), "--data-dir", str(folder)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--sensors", "40", "--history", "1h", "--password", "Demo-Password-1", *options],
                stdout=output, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": ""},
            )  # fmt: skip

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_until_up(self) -> None:
        wait_for(lambda: "account guest" in self.text, f"the demo up: {self.text}", seconds=90)

    def line(self, word: str) -> str:
        found = re.search(rf"^{word} (\S+)$", self.text, re.MULTILINE)
        assert found, self.text
        return found[1]

    def newest_reading(self) -> object:
        database = Database(self.line("database"), application="test")
        try:
            with database.transaction() as tx:
                return tx.value("SELECT max(time) FROM latest")
        finally:
            database.close()

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def programs(self, word: str) -> list[int]:
        """Return the numbers of the living children with this word on their command line."""
        found = []
        for child in self.tree():
            with suppress(psutil.NoSuchProcess):  # it ended, or is a zombie, between the list and the look
                found += [child.pid] if word in child.cmdline() else []
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "city"


@pytest.fixture
def demos(folder: Path) -> Iterator[list[Demo]]:
    """What a test started is ended, whatever happened."""
    started: list[Demo] = []
    yield started
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
            demo.process.wait()


def test_the_demo_shows_moving_data_and_ends_cleanly(folder: Path, demos: list[Demo]) -> None:
    demo = Demo(folder)
    demos.append(demo)
    demo.wait_until_up()

    assert demo.line("dashboard") == f"http://127.0.0.1:{demo.port}"
    assert demo.line("mqtt").startswith("mqtt://127.0.0.1:")
    assert "account duty Demo-Password-1 (officer)" in demo.text
    wait_for(lambda: demo.newest_reading() is not None, "a first reading")
    first = demo.newest_reading()
    wait_for(lambda: demo.newest_reading() != first, "a newer reading")
    with urlopen(f"http://127.0.0.1:{demo.port}/readyz") as answer:
        assert answer.status == 200
    wait_for(lambda: "status: 40 sensors" in demo.text, "a status line")

    children = demo.tree()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(40) == 0
    assert psutil.wait_procs(children, timeout=1)[1] == []
    assert "Traceback" not in demo.text


def test_kill_9_leaves_nothing_running_and_the_next_start_goes_on(folder: Path, demos: list[Demo]) -> None:
    demo = Demo(folder)
    demos.append(demo)
    demo.wait_until_up()
    wait_for(lambda: demo.newest_reading() is not None, "a first reading")
    before = demo.newest_reading()
    children = demo.tree()
    demo.process.kill()
    demo.process.wait()
    assert psutil.wait_procs(children, timeout=10)[1] == []

    again = Demo(folder)
    demos.append(again)
    again.wait_until_up()

    wait_for(lambda: again.newest_reading() not in (None, before), "newer readings in the same database")


def test_kill_9_while_it_starts_does_no_harm(folder: Path, demos: list[Demo]) -> None:
    for said in ("starting", None):
        demo = Demo(folder)
        demos.append(demo)
        if said is not None:
            wait_for(lambda demo=demo, said=said: said in demo.text, "the demo starting")  # type: ignore[misc]
        wait_for(lambda demo=demo: demo.tree(), "a first child")  # type: ignore[misc]
        children = demo.tree()
        demo.process.kill()
        demo.process.wait()
        assert psutil.wait_procs(children, timeout=10)[1] == []

    last = Demo(folder)
    demos.append(last)
    last.wait_until_up()


def test_a_program_that_dies_is_started_again(folder: Path, demos: list[Demo]) -> None:
    demo = Demo(folder)
    demos.append(demo)
    demo.wait_until_up()

    for word in ("ingest", "cityops.embedded.broker_server"):
        (victim,) = demo.programs(word)
        os.kill(victim, signal.SIGKILL)
        wait_for(
            lambda word=word, victim=victim: set(demo.programs(word)) - {victim},  # type: ignore[misc]
            f"{word} started again",
        )
    before = demo.newest_reading()
    wait_for(lambda: demo.newest_reading() != before, "readings after the restarts", seconds=60)


def test_a_second_demo_on_the_same_directory_is_refused(folder: Path, demos: list[Demo]) -> None:
    first = Demo(folder)
    demos.append(first)
    first.wait_until_up()
    second = Demo(folder)
    demos.append(second)

    assert second.process.wait(30) == 1
    assert "choose another with --data-dir" in second.text


def test_a_port_that_is_taken_is_said_so(folder: Path, demos: list[Demo], broker_url: str) -> None:
    demo = Demo(folder, "--port", broker_url.rsplit(":", 1)[1])
    demos.append(demo)

    assert demo.process.wait(30) == 1
    assert "Choose another with --port" in demo.text
