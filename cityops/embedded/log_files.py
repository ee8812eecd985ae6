"""Log files that do not grow for ever. The programs that write them keep them open, so they are emptied in place."""

import shutil
from contextlib import suppress
from pathlib import Path

LARGEST = 10 << 20  # bytes
KEPT = 2  # older parts: `name.log.1` is the newer one


def rotate(log: Path, *, largest: int = LARGEST, kept: int = KEPT) -> bool:
    """Copy a log that has grown too large aside and empty it. Return whether it was.

    It must have been opened for appending: then its writers go on at the beginning. Where the disk is full it is only
    emptied, which is what helps then.
    """
    if not log.exists() or log.stat().st_size < largest:
        return False
    parts = [log.with_name(f"{log.name}.{number}") for number in range(1, kept + 1)]
    with suppress(OSError):
        for older, newer in zip(reversed(parts[1:]), reversed(parts[:-1]), strict=True):
            if newer.exists():
                newer.replace(older)
        shutil.copyfile(log, parts[0])
    with log.open("r+b") as file:
        file.truncate(0)
    return True
