"""The disk of the WAL is full, PostgreSQL ends; once there is space again it is started without anybody's hand."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.revival import Revival
from cityops.storage import Database, StorageError
from tests.programs import wait_for

_SIZE = 112 << 20  # bytes: some segments of 16 MB, and then no more


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; unlink `ballast` in it to free space."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small file system: run this as root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def move_wal(server: EmbeddedPostgres, folder: Path, disk: Path) -> None:
    """Put the WAL on that disk, of which hardly anything is left."""
    server.stop()
    wal = folder / "cluster/pg_wal"
    shutil.move(wal, disk / "pg_wal")
    wal.symlink_to(disk / "pg_wal")
    subprocess.run(["chown", "-R", "nobody", str(disk)], check=True)  # as whom the server runs for root
    disk.chmod(0o755)
    left = shutil.disk_usage(disk).free
    with (disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, left - (20 << 20))
    server.start()


def test_a_full_wal_disk_is_waited_for(tmp_path: Path, small_disk: Path) -> None:
    folder, said = tmp_path / "postgres", list[str]()
    with EmbeddedPostgres(folder) as server:
        database = Database(server.url, application="test")
        with database.transaction() as tx:
            tx.execute("CREATE TABLE kept (n integer, filling text)")
        move_wal(server, folder, small_disk)
        url, stored = server.url, 0

        def fill() -> bool:
            nonlocal stored
            try:
                with database.transaction() as tx:
                    tx.execute(
                        "INSERT INTO kept SELECT %(n)s, repeat('x', 1000) FROM generate_series(1, 500)", n=stored
                    )
                stored += 1
            except StorageError:
                return not server.is_running
            return False

        wait_for(fill, "the server has ended", seconds=90)
        revival = Revival({"database": server}, said.append)
        revival.tend()
        assert not server.is_running
        assert "cannot be started" in said[-1]

        (small_disk / "ballast").unlink()

        def runs() -> bool:
            revival.tend()
            return server.is_running

        wait_for(runs, "the server runs again", seconds=60)
        assert server.url == url
        with database.transaction() as tx:
            assert tx.value("SELECT count(*) FROM kept") == 500 * stored
        database.close()
