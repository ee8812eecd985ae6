"""The disk of the WAL is full, PostgreSQL ends; once there is space again it is started without anybody's hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.revival import Revival
from cityops.storage import Database, StorageError
from tests.faults.disks import NOT_PERMITTED, fill, free, move_wal, small_disk
from tests.programs import wait_for

_SIZE, _LEFT = 112 << 20, 20 << 20  # bytes: some segments of 16 MB, and what the ballast leaves


@pytest.fixture
def wal_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", _SIZE) as disk:
        yield disk or pytest.skip(NOT_PERMITTED)


def test_a_full_wal_disk_is_waited_for(tmp_path: Path, wal_disk: Path) -> None:
    folder, said = tmp_path / "postgres", list[str]()
    with EmbeddedPostgres(folder) as server:
        database = Database(server.url, application="test")
        with database.transaction() as tx:
            tx.execute("CREATE TABLE kept (n integer, filling text)")
        move_wal(server, folder / "cluster", wal_disk)
        fill(wal_disk, leave=_LEFT)
        server.start()
        url, stored = server.url, 0

        def ends() -> bool:
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

        wait_for(ends, "the server has ended", seconds=90)
        revival = Revival({"database": server}, said.append)
        revival.tend()
        assert not server.is_running
        assert "cannot be started" in said[-1]

        free(wal_disk)

        def runs() -> bool:
            revival.tend()
            return server.is_running

        wait_for(runs, "the server runs again", seconds=60)
        assert server.url == url
        with database.transaction() as tx:
            assert tx.value("SELECT count(*) FROM kept") == 500 * stored
        database.close()
