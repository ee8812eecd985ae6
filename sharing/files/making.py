"""A round of making files: what is due, within a time and above a floor of free space; what is not open goes."""

import hashlib
import logging
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cityops.storage import Database, Transaction, load_queries
from sharing.datasets.quality import closed_days
from sharing.errors import DiskLow, FileTooLarge
from sharing.files.columns import COLUMNS
from sharing.files.periods import CURRENT
from sharing.files.store import (
    DataFile,
    announce,
    announced,
    digest_of,
    due_files,
    forget_files,
    forget_lost,
    map_files,
    read_features,
    read_table,
)
from sharing.files.writers import PACKED, WRITERS, Pieces, Written, has_parquet, write_geojson

SQL = load_queries("sharing")
logger = logging.getLogger(__name__)
ROUND = 30.0  # seconds after which a round begins no other file
LONGEST = 600.0  # seconds that a file may take
NOTHING = Written(0, hashlib.sha256().hexdigest(), 0)


@dataclass(frozen=True, slots=True)
class FileShelf:
    """Where files are kept: for how many days, and how many bytes of the disk stay free."""

    folder: Path
    zone: ZoneInfo
    days: int
    floor: int


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


def make_file(database: Database, file: DataFile, shelf: FileShelf, *, now: datetime) -> None:
    """Make one file and announce it: nobody is told of a file that is not whole."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_data_files"]):
            return
        if file.period == CURRENT:
            _make_map(tx, file, shelf, now)
        elif digest_of(tx, file) is None:
            announce(tx, file, _write_table(tx, file, shelf), now=now)


def _write_table(tx: Transaction, file: DataFile, shelf: FileShelf) -> Written:
    """Write a file; of what takes too long there is none, so that the files after it have their turn."""
    pieces = _within(read_table(tx, file, shelf.zone), time.monotonic() + LONGEST)
    try:
        return WRITERS[file.form](shelf.folder / file.path, COLUMNS[file.subject], pieces, shelf.zone)
    except FileTooLarge as error:
        logger.warning("%s is not made: %s", file.path, error)
        return NOTHING


def _within(pieces: Pieces, until: float) -> Pieces:
    for piece in pieces:
        if time.monotonic() > until:
            raise FileTooLarge
        yield piece


def _make_map(tx: Transaction, file: DataFile, shelf: FileShelf, now: datetime) -> None:
    """Write the places beside the file that is given, and replace it only where they say something else."""
    path = shelf.folder / file.path
    beside = path.with_name(f".{path.name}.new")
    written = write_geojson(beside, read_features(tx, file))
    for suffix in ("", PACKED):
        new = beside.with_name(beside.name + suffix)
        if written.rows and written.digest != digest_of(tx, file):
            new.replace(path.with_name(path.name + suffix))
        else:
            new.unlink(missing_ok=True)
    if written.rows:
        announce(tx, file, written, now=now)


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
