"""Where the demo keeps the files of open data."""

from pathlib import Path


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the demo's files, in its data directory."""
    return {"CITYOPS_OPEN_FILES_DIR": str(folder / "open-files")}
