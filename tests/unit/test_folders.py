"""Folders and modules of the product are small enough to be known: who looks for a thing sees all there is at once."""

import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent.parent.parent
MOST_MODULES = 15  # in one folder
MOST_LINES = 400
PACKAGES = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["root_packages"]
MODULES = [path.relative_to(HERE) for package in PACKAGES for path in (HERE / package).rglob("*.py")]


def test_no_folder_has_more_modules_than_one_knows() -> None:
    """A folder that grows holds two nouns, or more: each becomes a folder of its own. The tests lie flat."""
    sizes = Counter(path.parent for path in MODULES if path.name != "__init__.py")

    assert len(sizes) > 100
    assert {str(folder): size for folder, size in sizes.items() if size > MOST_MODULES} == {}


def test_no_module_is_longer_than_one_reads() -> None:
    lengths = {path: len((HERE / path).read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
