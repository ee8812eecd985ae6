"""The embedded servers: real, restartable, and gone when their parent is."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cityops.embedded import lifeline
from cityops.embedded.errors import DataDirectoryInUse
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.preloading import Preloaded
from cityops.embedded.supervisor import Supervisor
from cityops.storage import Database
from tests.devices import device
from tests.programs import wait_for

_PARENT = """
import sys, time
from pathlib import Path
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.preloading import Preloaded
from cityops.embedded.supervisor import Supervisor
folder = Path(sys.argv[1])
with EmbeddedPostgres(folder / "postgres") as postgres, EmbeddedBroker(folder / "broker") as broker:
    (folder / "ready").write_text(postgres.url)
    time.sleep(600)
"""


def descendants(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.fixture
def parent(tmp_path: Path) -> subprocess.Popen[bytes]:
    """A process that runs both servers and does nothing about signals."""
    process = subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path)])
    wait_for((tmp_path / "ready").exists, "both servers started", seconds=60)
    return process


def test_a_database_keeps_its_data_over_a_restart_and_a_crash(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        database = Database(server.url, application="test")
        with database.transaction() as tx:
            tx.execute("CREATE TABLE kept (n integer)")
        first_url = server.url
    with server:
        with database.transaction() as tx:
            tx.execute("INSERT INTO kept VALUES (1)")
        server.stop(immediately=True)
        server.start()
        with database.transaction() as tx:
            assert tx.value("SELECT count(*) FROM kept") == 1
        assert server.url == first_url
        database.close()


def test_a_folder_is_not_shared_by_two_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cityops.embedded.postgres.PREDECESSOR_PATIENCE", 1)
    with EmbeddedPostgres(tmp_path / "postgres"), pytest.raises(DataDirectoryInUse, match="--data-dir"):
        EmbeddedPostgres(tmp_path / "postgres").start()


def test_a_start_that_was_killed_half_way_leaves_no_broken_cluster(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "cluster.building"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.is_running


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_server_outlives_its_parent(parent: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals) -> None:
    children = descendants(parent)
    assert {child.name() for child in children} >= {"postgres"}
    parent.send_signal(number)
    parent.wait()

    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.is_running


def test_the_servers_run_for_an_ordinary_user(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    process = lifeline.spawn(
        [sys.executable, "-c", _PARENT, str(folder)],
        at_parent_death=signal.SIGKILL,
        log=tmp_path / "log",
        drop_root=True,
    )
    try:
        wait_for((folder / "ready").exists, "both servers started", seconds=60)
        assert (folder / "postgres" / "cluster").stat().st_uid != 0
        assert all(child.uids().effective != 0 for child in descendants(process))
    finally:
        children = descendants(process)
        lifeline.stop(process)
        psutil.wait_procs(children, timeout=10)


@pytest.mark.parametrize("protocol", [4, 5])
def test_one_port_speaks_both_protocols_and_keeps_retained_messages(broker_url: str, protocol: int) -> None:
    topic = f"test/retained/{protocol}"
    with device(broker_url, protocol=protocol) as publisher:
        publisher.publish(topic, b"kept", retain=True)
    heard: list[tuple[bytes, bool]] = []
    with device(broker_url, protocol=9 - protocol) as subscriber:
        subscriber.listen(topic, lambda message: heard.append((bytes(message.payload), message.retain)))

        wait_for(lambda: heard, "the retained message")
    assert heard == [(b"kept", True)]


def test_a_broker_gets_its_old_port_again(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path) as broker:
        first = broker.url
    with EmbeddedBroker(tmp_path) as broker:
        assert broker.url == first


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its rights")
def test_a_server_of_root_finds_its_programs_in_a_private_folder(tmp_path: Path) -> None:
    """initdb asks access(2) for its neighbours, which looks at the rights of `nobody` alone unless told otherwise."""
    program = tmp_path / "private" / "program"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o755)
    asks = f"import os, sys; sys.exit(not os.access({str(program)!r}, os.R_OK | os.X_OK))"

    process = lifeline.spawn(
        [sys.executable, "-c", asks], at_parent_death=signal.SIGKILL, log=tmp_path / "log", drop_root=True
    )

    assert process.wait(30) == 0


def test_a_program_imports_before_it_has_its_settings(tmp_path: Path) -> None:
    """It reads them when they are there: one that is wrong is named, with what it should be."""
    log = tmp_path / "watch.log"
    with Preloaded("cityops.areas", ["watch"], log=log) as waiting:
        process = waiting.start({"CITYOPS_LANGUAGE": "la"})
        assert process is not None
        assert process.wait(60) == 1
        assert waiting.start({}) is None  # it became a program once
    assert "CITYOPS_LANGUAGE" in log.read_text()


def children() -> set[psutil.Process]:
    """Return the children there are; the servers of other tests may be among them."""
    return set(psutil.Process().children())


def test_a_program_that_nobody_starts_any_more_ends(tmp_path: Path) -> None:
    before = children()
    with Preloaded("cityops.areas", ["watch"], log=tmp_path / "watch.log"):
        (child,) = children() - before
    assert not child.is_running()


def test_a_program_that_fails_to_import_is_started_as_usual(tmp_path: Path) -> None:
    supervisor = Supervisor({"CITYOPS_LANGUAGE": "la"}, tmp_path)
    before = children()
    with Preloaded("no_such_module", ["watch"], log=tmp_path / "watch.log") as waiting:
        (child,) = children() - before
        wait_for(lambda: child.status() == psutil.STATUS_ZOMBIE, "the import failed")
        supervisor.start("watch", [sys.executable, "-m", "cityops", "watch"], preloaded=waiting)
        wait_for(lambda: "CITYOPS_LANGUAGE" in supervisor.log_of("watch").read_text(), "the program itself ran")
    supervisor.stop()
