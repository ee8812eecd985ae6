"""npm packages that only tests need, installed from a package-lock.json into build/."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).parent.parent / "build"


def why_not_here() -> str | None:
    """Return why npm packages cannot be used on this machine, or None."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    return f"{' and '.join(missing)} not installed" if missing else None


def install(folder: Path, *extra: str) -> Path:
    """Install what a folder's package-lock.json names, unless it is there; return where, with the extra files."""
    place = BUILD / folder.name
    place.mkdir(parents=True, exist_ok=True)
    lock = place / "package-lock.json"
    fresh = lock.exists() and lock.read_bytes() == (folder / lock.name).read_bytes()
    for name in ("package.json", "package-lock.json", *extra):
        shutil.copy(folder / name, place)
    if not fresh or not (place / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=place, check=True)
    return place


def need() -> None:
    """Skip the test with a word where npm is missing; in CI that is a failure."""
    missing = why_not_here()
    if missing is None:
        return
    words = f"{missing}: this test did not run. Install Node.js with npm."
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)
