"""One file of open data: written within a time, with the places beside it, and announced when it is whole."""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cityops.storage import Database, Transaction, load_queries
from sharing.errors import FileTooLarge
from sharing.files.columns import COLUMNS
from sharing.files.periods import CURRENT
from sharing.files.store import (
    DataFile,
    announce,
    digest_of,
    read_features,
    read_table,
)
from sharing.files.writers import PACKED, WRITERS, Pieces, Written, write_geojson

SQL = load_queries("sharing")
logger = logging.getLogger(__name__)

LONGEST = 600.0  # seconds that a file may take
NOTHING = Written(0, hashlib.sha256().hexdigest(), 0)


@dataclass(frozen=True, slots=True)
class FileShelf:
    """Where files are kept: for how many days, and how many bytes of the disk stay free."""

    folder: Path
    zone: ZoneInfo
    days: int
    floor: int


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
