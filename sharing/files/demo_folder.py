"""Where the demo keeps the files of open data, and the keys that seal the secrets of receivers."""

from pathlib import Path

from sharing.departments.keys import demo_keys


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's files and keys, in its data directory."""
    return {"CITYOPS_OPEN_FILES_DIR": str(folder / "open-files")} | demo_keys(folder)
