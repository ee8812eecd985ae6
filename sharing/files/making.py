"""A round of making files: what is due, within a time and above a floor of free space; what is not open goes."""

import logging
import shutil
import time
from datetime import datetime

from cityops.storage import Database, load_queries
from sharing.datasets.quality import closed_days
from sharing.errors import DiskLow
from sharing.files.one_file import FileShelf, make_file
from sharing.files.store import (
    announced,
    due_files,
    forget_files,
    forget_lost,
    map_files,
)
from sharing.files.writers import PACKED, has_parquet

SQL = load_queries("sharing")
logger = logging.getLogger(__name__)
ROUND = 30.0  # seconds after which a round begins no other file


def tend_files(database: Database, now: datetime, *, shelf: FileShelf) -> bool:
    """Remove what is not open any more or too old, then make what is due. False: another program does it.

    Each file is a transaction of its own, so a round may end anywhere, and two programs make no file twice. Raises
    DiskLow.
    """
    if not _tidy(database, now, shelf):
        return False
    with database.transaction() as tx:
        maps = map_files(tx)
        forms = ("csv", "parquet") if has_parquet() else ("csv",)
        due = due_files(tx, now=now, zone=shelf.zone, days=shelf.days, forms=forms)
    until = time.monotonic() + ROUND
    for file in (*maps, *due):
        if time.monotonic() > until:
            break
        _check_disk(shelf)
        make_file(database, file, shelf, now=now)
    return True


def _tidy(database: Database, now: datetime, shelf: FileShelf) -> bool:
    oldest = closed_days(now, shelf.zone, most=shelf.days)[-1]
    with database.transaction() as tx:
        if not tx.value(SQL["lead_data_files"]):
            return False
        gone = forget_files(tx, oldest=f"{oldest:%Y-%m}")
        forget_lost(tx, [path for path in announced(tx) if not (shelf.folder / path).exists()])
    for path in gone:
        for name in (path, path + PACKED):
            (shelf.folder / name).unlink(missing_ok=True)
    return True


def _check_disk(shelf: FileShelf) -> None:
    shelf.folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(shelf.folder).free < shelf.floor:
        raise DiskLow(f"{shelf.folder} has less free space than CITYOPS_OPEN_FILES_FLOOR_MB. {DiskLow.__doc__}")
