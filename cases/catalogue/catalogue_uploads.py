"""A catalogue that comes through a browser: files in memory, from somebody who may have been sent them."""

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from cases.catalogue.catalogue_files import Part, read_tables
from cityops.imports.files.archives import require_sound
from cityops.imports.files.tables import Table
from cityops.imports.findings import ImportRefused

LARGEST = 512 * 1024  # bytes of all files; a city's catalogue of 700 rows is a tenth of it
MOST_FILES = len(Part)
UNPACKED = 32 * 1024**2  # bytes that a workbook may become
MOST_ROWS = 20_000  # of one table
SUFFIXES = (".csv", ".xlsx")

Upload = tuple[str, bytes]
"""The name that a browser gave a file, and what is in it."""


def read_uploads(files: Sequence[Upload]) -> dict[Part, Table]:
    """Return the tables of uploaded files, read as those of the command line. Raises ImportRefused."""
    if not files:
        raise ImportRefused("There is no file. Choose a workbook (.xlsx) or CSV files.")
    if len(files) > MOST_FILES or sum(len(content) for _, content in files) > LARGEST:
        raise ImportRefused(f"Send at most {MOST_FILES} files of {LARGEST // 1024} KiB together.")
    with tempfile.TemporaryDirectory() as folder:
        tables = read_tables([_kept(Path(folder), number, *file) for number, file in enumerate(files)])
    for part, table in tables.items():
        if len(table) > MOST_ROWS:
            raise ImportRefused(f"{part} has {len(table)} rows, and at most {MOST_ROWS} are read. Send less at once.")
    return tables


def _kept(folder: Path, number: int, name: str, content: bytes) -> Path:
    """Write a file under its own name, without any folder that the name may hold, and return its path."""
    plain = PurePosixPath(PureWindowsPath(name).name)
    if plain.suffix.lower() not in SUFFIXES or "\0" in name or len(plain.name.encode()) > 200:
        raise ImportRefused(f"{plain.name[:80]!r} is neither .xlsx nor .csv. Save it as one of these.")
    (folder / str(number)).mkdir()
    path = folder / str(number) / plain.name
    path.write_bytes(content)
    if plain.suffix.lower() == ".xlsx":
        require_sound(path, largest=UNPACKED)
    return path
