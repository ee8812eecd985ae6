"""Where the demo keeps the files of open data, and the keys that seal the secrets of receivers."""

from pathlib import Path

from cityops.keys.key_files import settings_of_demo
from sharing.departments.keys import SHARE_KEYS


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's files and keys, in its data directory."""
    return {"CITYOPS_OPEN_FILES_DIR": str(folder / "open-files")} | settings_of_demo(folder, SHARE_KEYS)
