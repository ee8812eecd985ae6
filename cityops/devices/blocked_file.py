"""The names of blocked sensors, one a line, in a file that a broker's gate reads. Written whole, or not at all."""

from collections.abc import Set
from pathlib import Path

from cityops.errors import CityOpsError


class BlockedFileFailed(CityOpsError):
    """The file of blocked sensors cannot be written. Correct CITYOPS_BLOCKED_FILE, or the rights of its folder."""


def write_blocked(path: Path, blocked: Set[str]) -> None:
    """Write the names, where the file does not say them already. Raises BlockedFileFailed."""
    text = "".join(f"{name}\n" for name in sorted(blocked))
    try:
        if path.exists() and path.read_text(encoding="ascii") == text:
            return
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text, encoding="ascii")
        fresh.chmod(0o644)  # the broker's user reads it: names are no secret
        fresh.replace(path)
    except OSError as error:
        raise BlockedFileFailed(f"{path} ({error.strerror}). {BlockedFileFailed.__doc__}") from error


def read_blocked(path: Path) -> frozenset[str]:
    """Return the names; none where there is no file."""
    try:
        return frozenset(path.read_text(encoding="ascii").split())
    except OSError:
        return frozenset()
