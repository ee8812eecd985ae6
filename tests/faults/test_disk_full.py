"""The disk of the database full in the middle of a drain, and then freed: a real file system without space."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from cityops.embedded.postgres import EmbeddedPostgres
from tests.faults.conftest import Mosquitto
from tests.faults.drains import MESSAGES, Site, drain, fill
from tests.programs import wait_for

pytestmark = pytest.mark.mosquitto

_SIZE, _LEFT = 64 << 20, 1 << 20  # bytes: the disk, and what the ballast leaves of it


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with hardly any space; unlink `ballast` in it to free it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small file system: run this as root")
    try:
        with (disk / "ballast").open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, _SIZE - _LEFT)
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def move_readings(url: str, disk: Path) -> None:
    """Have the partitions of the readings made on that disk."""
    folder = disk / "readings"
    folder.mkdir(mode=0o700)
    shutil.chown(folder, "nobody")  # as whom the embedded server runs for root
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLESPACE small LOCATION %s", (str(folder),))
        cursor.execute("ALTER DATABASE cityops SET default_tablespace = small")
    connection.close()


def test_the_disk_is_full_and_then_freed(
    mosquitto: Mosquitto, own_postgres: EmbeddedPostgres, small_disk: Path, tmp_path: Path
) -> None:
    site = Site(mosquitto.url, own_postgres.url, tmp_path / "ingest.log")
    move_readings(own_postgres.url, small_disk)
    fill(site)

    with site.worker() as worker:
        wait_for(lambda: "The disk of the database is full" in site.log.read_text(), "the worker says why it waits")
        assert worker.poll() is None
        assert site.stored() < MESSAGES
        (small_disk / "ballast").unlink()
        drain(site, worker)

    assert site.stored() == MESSAGES
    assert site.letters() == 0
