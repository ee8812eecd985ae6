"""The disk of the database full in the middle of a drain, and then freed: a real file system without space."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from cityops.embedded.postgres import EmbeddedPostgres
from tests.faults import disks
from tests.faults.conftest import Mosquitto
from tests.faults.disks import NOT_PERMITTED, small_disk
from tests.faults.drains import MESSAGES, Site, drain, fill
from tests.programs import wait_for

pytestmark = pytest.mark.mosquitto

_SIZE, _LEFT = 64 << 20, 600 << 10  # bytes: the disk, and what the ballast leaves of it


@pytest.fixture
def readings_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with hardly any space."""
    with small_disk(tmp_path / "disk", _SIZE) as disk:
        if disk is None:
            pytest.skip(NOT_PERMITTED)
        disks.fill(disk, leave=_LEFT)
        yield disk


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
    mosquitto: Mosquitto, own_postgres: EmbeddedPostgres, readings_disk: Path, tmp_path: Path
) -> None:
    site = Site(mosquitto.url, own_postgres.url, tmp_path / "ingest.log")
    move_readings(own_postgres.url, readings_disk)
    fill(site)

    with site.worker() as worker:
        wait_for(lambda: "The disk of the database is full" in site.log.read_text(), "the worker says why it waits")
        assert worker.poll() is None
        assert site.stored() < MESSAGES
        disks.free(readings_disk)
        drain(site, worker)

    assert site.stored() == MESSAGES
    assert site.letters() == 0
