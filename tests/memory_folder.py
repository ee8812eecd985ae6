"""A folder in memory for the databases of the tests, which nobody opens again.

Copying the migrated template makes some thousand small files. On a disk that costs several times the processor time
that it costs in memory, a thousand times in a run of the suite.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
PREFIX = "cityops-tests-"
ROOM = 4 << 30  # bytes: what two workers' databases and their write-ahead logs may need, twice over


@contextmanager
def database_folder(otherwise: Path) -> Iterator[Path]:
    """Lend a folder in memory, or a folder on disk where memory has too little room or none is mounted."""
    if not _has_room():
        yield otherwise
        return
    _remove_left_over()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _has_room() -> bool:
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return False
    return min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) >= ROOM


def _remove_left_over() -> None:
    """Give back the memory of runs that were killed."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        if not psutil.pid_exists(owner):
            shutil.rmtree(folder, ignore_errors=True)  # another worker may be at it
