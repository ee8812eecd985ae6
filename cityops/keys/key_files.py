"""Pairs of keys in two files of a folder: only the owner reads the private one, and no key is ever written over."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from cityops.errors import CityOpsError
from cityops.keys.sealing import make_pair

Names = tuple[str, str]  # of the private key's file and of the other one
Files = Mapping[str, str]  # of a pair that seals: setting -> file, the private key first


class KeysKept(CityOpsError):
    """Name another folder for a new pair."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} {self.__doc__}")


def write_files(folder: Path, names: Names, make: Callable[[], tuple[bytes, bytes]]) -> tuple[Path, Path]:
    """Make a pair in a folder, private key first; return the two files. Raises KeysKept where one of them is there."""
    paths = folder / names[0], folder / names[1]
    if any(path.exists() for path in paths):
        raise KeysKept(f"{folder} has a key already, which is in use: it stays.")
    try:
        for path, content, mode in zip(paths, make(), (0o600, 0o644), strict=True):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content)
    except OSError as error:
        raise KeysKept(f"{folder} cannot be written ({error.strerror}).") from error
    return paths


def settings_of_demo(folder: Path, files: Files) -> dict[str, str]:
    """Return the settings of a pair that seals, which is made in the demo's data directory the first time."""
    if not (folder / _names(files)[0]).exists():
        write_files(folder, _names(files), _make_sealing_pair)
    return {setting: (folder / name).read_text(encoding="ascii").strip() for setting, name in files.items()}


def hand_out(folder: Path | None, files: Files) -> list[str]:
    """Make a pair that seals; return what to tell who asked for it: the files, or without a folder the settings.

    Raises KeysKept.
    """
    if folder is not None:
        return [f"made {path}" for path in write_files(folder, _names(files), _make_sealing_pair)]
    return [f"{setting}={key}" for setting, key in zip(files, make_pair(), strict=True)]


def _make_sealing_pair() -> tuple[bytes, bytes]:
    key, public_key = make_pair()
    return f"{key}\n".encode(), f"{public_key}\n".encode()


def _names(files: Files) -> Names:
    key, public_key = files.values()
    return key, public_key
