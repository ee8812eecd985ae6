"""What the demo does when something of it ends, hangs, or writes too much."""

import signal
import sys
from pathlib import Path
from threading import Event

import pytest

from cityops.embedded import supervisor as module
from cityops.embedded.errors import ServerFailed
from cityops.embedded.keeper import HUNG, keep
from cityops.embedded.listener import ProgressListener
from cityops.embedded.log_files import rotate
from cityops.embedded.ports import choose_port, free_port
from cityops.embedded.revival import LONGEST_PAUSE, Revival
from cityops.embedded.supervisor import Supervisor
from cityops.operations.watchdog import Watchdog
from tests.programs import wait_for

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")


# ---- servers that end


class Server:
    """A server that cannot be started while its disk is full."""

    def __init__(self) -> None:
        self.is_running = True
        self.fault: Exception | None = None
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        if self.fault is not None:
            raise self.fault
        self.is_running = True


@pytest.mark.parametrize("fault", [ServerFailed("No space left."), OSError(28, "No space left on device")])
def test_a_server_is_started_again_for_as_long_as_it_takes(fault: Exception) -> None:
    server, said, now = Server(), list[str](), [1000.0]
    revival = Revival({"database": server}, said.append, clock=lambda: now[0])
    server.is_running, server.fault = False, fault

    for _ in range(3600):  # an hour
        revival.tend()
        now[0] += 1
    tries = server.starts
    server.fault = None
    for _ in range(int(LONGEST_PAUSE) + 1):
        revival.tend()
        now[0] += 1

    assert 3600 / LONGEST_PAUSE <= tries <= 3600 / LONGEST_PAUSE + 6
    assert server.is_running
    assert "cannot be started" in said[1]
    assert said[-1] == "the database runs again"


def test_a_server_that_ran_well_is_started_at_once_the_next_time() -> None:
    server, now = Server(), [1000.0]
    revival = Revival({"broker": server}, lambda _: None, clock=lambda: now[0])
    for ending in (1, 2):
        server.is_running = False
        revival.tend()
        assert (server.is_running, server.starts) == (True, ending)
        now[0] += 31
        revival.tend()


def test_a_server_that_is_started_again_keeps_the_port_that_everybody_knows(tmp_path: Path) -> None:
    known = free_port()
    (tmp_path / "port").write_text(str(known))

    assert choose_port(tmp_path / "port", again=known) == known


# ---- programs that hang


@linux_only
def test_a_sign_of_progress_is_heard() -> None:
    listener = ProgressListener()
    assert not listener.is_silent(0)  # it still starts
    Watchdog(listener.environment).show_progress()

    assert not listener.is_silent(60)
    assert listener.is_silent(0)
    listener.forget()
    assert not listener.is_silent(0)
    listener.close()


def test_where_nobody_listens_nothing_is_sent() -> None:
    Watchdog({}).show_progress()
    Watchdog({"NOTIFY_SOCKET": "@nobody-listens-here"}).show_progress()


@linux_only
def test_a_program_that_hangs_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HUNG", 0.5)
    shows = "from cityops.operations.watchdog import show_progress"
    working = f"import time\n{shows}\nwhile True: show_progress(); time.sleep(0.05)"
    monkeypatch.setattr("cityops.operations.watchdog.EVERY", 0.05)
    supervisor = Supervisor({}, tmp_path)
    supervisor.start(
        "worker", [sys.executable, "-c", f"import cityops.operations.watchdog as w; w.EVERY = 0.05\n{working}"]
    )
    (service,) = supervisor.services
    try:
        wait_for(service.listener.listen, "a first sign")
        first = service.process
        assert first is not None
        first.send_signal(signal.SIGSTOP)

        def again() -> bool:
            supervisor.tend()
            return service.process is not first

        wait_for(again, "another process")
        assert first.returncode == -signal.SIGKILL
        wait_for(service.listener.listen, "the new one works")
    finally:
        supervisor.stop()


@linux_only
def test_a_kept_program_that_hangs_is_ended_and_its_signs_mark_a_file(tmp_path: Path) -> None:
    mark = tmp_path / "progress"
    hangs = "import time\nfrom cityops.operations.watchdog import show_progress\nshow_progress()\ntime.sleep(600)"

    status = keep([sys.executable, "-c", hangs], silence=1.5, mark=mark, stopping=Event())

    assert (status, mark.exists()) == (HUNG, True)


def test_a_kept_program_that_ends_hands_its_status_on(tmp_path: Path) -> None:
    mark = tmp_path / "progress"

    assert keep([sys.executable, "-c", "raise SystemExit(7)"], silence=60, mark=mark, stopping=Event()) == 7


# ---- logs


def test_a_log_that_grows_too_large_is_put_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "ingest.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(4):
            writer.write(b"%d" % number * 100)
            assert rotate(log, largest=100)
        writer.write(b"new")

    assert not rotate(log, largest=100)
    files = {path.name: path.read_bytes()[:3] for path in tmp_path.iterdir()}
    assert files == {"ingest.log": b"new", "ingest.log.1": b"333", "ingest.log.2": b"222"}


def test_a_log_is_emptied_also_where_no_copy_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    log = tmp_path / "ingest.log"
    log.write_bytes(b"x" * 100)
    monkeypatch.setattr("shutil.copyfile", fail)

    assert rotate(log, largest=100)
    assert log.stat().st_size == 0
