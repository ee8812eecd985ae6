"""Small disks that a fault test fills and frees: file systems of their own, in memory."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cityops.embedded.postgres import EmbeddedPostgres

BALLAST = "ballast"  # the file that takes the space; unlink it to free the disk
NOT_PERMITTED = "no right to mount a small file system: run this as root"


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path | None]:
    """Mount a file system of so many bytes; None where that is not permitted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, *, leave: int = 64 << 10) -> None:
    """Leave so many bytes on a disk."""
    with (disk / BALLAST).open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(1, shutil.disk_usage(disk).free - leave))


def free(disk: Path) -> None:
    """Give the space back."""
    (disk / BALLAST).unlink()


def move_wal(postgres: EmbeddedPostgres, cluster: Path, disk: Path) -> None:
    """Have the server keep its write-ahead log on another disk. It is stopped afterwards."""
    postgres.stop()
    subprocess.run(["mv", str(cluster / "pg_wal"), str(disk / "pg_wal")], check=True)
    (cluster / "pg_wal").symlink_to(disk / "pg_wal")
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "nobody", str(disk / "pg_wal")], check=True)  # as whom the server runs for root
