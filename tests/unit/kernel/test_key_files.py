"""Pairs of keys in two files: read by their owner alone, and never written over."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from citizens.key_files import REPORTER_KEYS
from citizens.key_files import demo_settings as demo_of_reporters
from cityops.command_line import app
from cityops.keys.key_files import KeysKept, settings_of_demo, write_files
from cityops.keys.sealing import public_half
from sharing.departments.keys import SHARE_KEYS, read_keys
from sharing.files.demo_folder import demo_settings as demo_of_shares


def test_a_pair_is_made_once_and_never_written_over(tmp_path: Path) -> None:
    key, _ = write_files(tmp_path, ("key", "public"), lambda: (b"one", b"two"))

    assert key.stat().st_mode & 0o077 == 0
    assert (key.read_bytes(), (tmp_path / "public").read_bytes()) == (b"one", b"two")
    for missing in ("key", "public"):
        (tmp_path / missing).rename(tmp_path / "away")
        with pytest.raises(KeysKept, match=r"it stays\. Name another folder"):
            write_files(tmp_path, ("key", "public"), lambda: (b"other", b"other"))
        (tmp_path / "away").rename(tmp_path / missing)
    assert key.read_bytes() == b"one"
    with pytest.raises(KeysKept, match="cannot be written"):
        write_files(tmp_path / "not there", ("key", "public"), lambda: (b"", b""))


def test_the_settings_of_a_demo_are_the_same_at_its_next_start(tmp_path: Path) -> None:
    first = settings_of_demo(tmp_path, REPORTER_KEYS)

    assert public_half(first["CITYOPS_REPORTER_KEY"]) == first["CITYOPS_REPORTER_PUBLIC_KEY"]
    assert demo_of_reporters(tmp_path) == first
    shares = demo_of_shares(tmp_path)
    assert demo_of_shares(tmp_path) == shares
    keys = read_keys(shares["CITYOPS_SHARE_KEY"])
    assert keys is not None
    assert keys.public_key == shares["CITYOPS_SHARE_PUBLIC_KEY"] != first["CITYOPS_REPORTER_PUBLIC_KEY"]


@pytest.mark.parametrize(("room", "files"), [("citizens", REPORTER_KEYS), ("sharing", SHARE_KEYS)])
def test_a_verb_writes_a_pair_or_prints_it_as_settings(tmp_path: Path, room: str, files: dict[str, str]) -> None:
    run = CliRunner()
    written = run.invoke(app, [room, "make-key", "--write", str(tmp_path)])
    printed = run.invoke(app, [room, "make-key"])
    again = run.invoke(app, [room, "make-key", "--write", str(tmp_path)])

    assert written.output.splitlines() == [f"made {tmp_path / name}" for name in files.values()]
    key, public_key = ((tmp_path / name).read_text().strip() for name in files.values())
    assert public_half(key) == public_key
    told = [line.split("=", 1) for line in printed.output.splitlines()]
    assert [setting for setting, _ in told] == list(files)
    assert public_half(told[0][1]) == told[1][1] != public_key
    assert isinstance(again.exception, KeysKept)
