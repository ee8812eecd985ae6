"""Zip files, unpacked within bounds that are checked before anything is written."""

import zipfile
import zlib
from pathlib import Path

from cityops.imports.findings import ImportRefused

MOST_FILES = 1000
LARGEST = 2 * 1024**3  # bytes unpacked
DENSEST = 200  # times its packed size; maps are packed to a tenth
SMALL = 64 * 1024**2  # bytes unpacked, up to which density is no concern


def unpack(path: Path, folder: Path) -> None:
    """Unpack a zip file into a folder. Raises ImportRefused for what is no zip file, or too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            _require_bounds(path, archive.infolist())
            archive.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError) as error:  # the last: a password is wanted
        raise ImportRefused(f"{path.name} cannot be unpacked ({error}). Unpack it and give what is inside.") from error


def require_sound(path: Path, *, largest: int) -> None:
    """Raise ImportRefused unless a workbook, which is a zip file, is whole and unpacks to at most `largest` bytes.

    Its parts are read once for that: what they tell of their size may be a lie, and then their checksums are wrong.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
            unpacked = sum(file.file_size for file in files)
            if len(files) > MOST_FILES or unpacked > largest:
                raise ImportRefused(
                    f"{path.name} would unpack to {unpacked / 1024**2:.0f} MiB in {len(files)} files. "
                    "Save only the sheets that are needed."
                )
            broken = archive.testzip()
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError, zlib.error) as error:
        raise ImportRefused(f"{path.name} is no workbook. Save it as .xlsx again, or give CSV.") from error
    if broken is not None:
        raise ImportRefused(f"{path.name} is no workbook. Save it as .xlsx again, or give CSV.")


def _require_bounds(path: Path, files: list[zipfile.ZipInfo]) -> None:
    """Look at what the archive tells of its files: no more than that is ever unpacked of them."""
    unpacked, packed = sum(file.file_size for file in files), path.stat().st_size
    if len(files) > MOST_FILES:
        reason = f"it holds {len(files)} files, and at most {MOST_FILES} are unpacked"
    elif unpacked > LARGEST or (unpacked > SMALL and unpacked > DENSEST * packed):
        reason = f"its {packed / 1024**2:.1f} MiB would become {unpacked / 1024**2:.0f} MiB"
    else:
        return
    raise ImportRefused(f"{path.name} is too large to be unpacked: {reason}. Unpack it and give the one file needed.")
