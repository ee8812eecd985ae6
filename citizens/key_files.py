"""The pair of keys that seals who reported something, by the names of its files."""

from pathlib import Path

from cityops.keys.key_files import settings_of_demo

# As deploy/secrets.sh names the files.
REPORTER_KEYS = {"CITYOPS_REPORTER_KEY": "reporter_key", "CITYOPS_REPORTER_PUBLIC_KEY": "reporter_public_key"}


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's pair, which is made in its data directory the first time."""
    return settings_of_demo(folder, REPORTER_KEYS)
