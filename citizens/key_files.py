"""The pair of keys in two files of a folder, of which only the owner reads the private one."""

from pathlib import Path

from citizens.errors import KeyUnusable
from cityops import sealing
from cityops.sealing import KeysKept

KEY, PUBLIC_KEY = "reporter_key", "reporter_public_key"  # as deploy/secrets.sh names them


def write_pair(folder: Path) -> tuple[Path, Path]:
    """Make a pair in a folder; return the two files. Raises KeyUnusable where there is one, which stays as it is."""
    try:
        return sealing.write_pair(folder, (KEY, PUBLIC_KEY))
    except KeysKept as error:
        if error.__cause__ is None:
            raise KeyUnusable(f"{folder} has a key already, and what it sealed only it opens: it stays.") from error
        raise KeyUnusable(f"{folder} cannot be written ({error.__cause__}).") from error


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's pair, which is made in its data directory the first time."""
    key, public_key = kept_pair(folder)
    return {"CITYOPS_REPORTER_KEY": key, "CITYOPS_REPORTER_PUBLIC_KEY": public_key}


def kept_pair(folder: Path) -> tuple[str, str]:
    """Return the pair of a folder, private key first; make it there the first time. For the demo."""
    if not (folder / KEY).exists():
        write_pair(folder)
    key, public_key = ((folder / name).read_text(encoding="ascii").strip() for name in (KEY, PUBLIC_KEY))
    return key, public_key
