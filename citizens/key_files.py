"""The pair of keys that seals who reported something, by the names of its files."""

from pathlib import Path

from cityops.key_files import settings_of_demo

REPORTER_KEYS = ("reporter_key", "reporter_public_key")  # as deploy/secrets.sh names them


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's pair, which is made in its data directory the first time."""
    return settings_of_demo(folder, REPORTER_KEYS)
