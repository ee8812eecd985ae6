"""What pages are made of, as one short text: a page that was made of something else is an old one."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import dash
import plotly

from dashboard import theme

HERE = Path(__file__).parent
# Scripts, styles, words, layouts.
MADE_OF = ("assets/**/*", "texts.toml", "pages/*/texts.toml", "pages/**/*.py", "**/templates/*.html")


@cache
def digest() -> str:
    """Return the digest of the files that this process serves. They are read once, at the start."""
    libraries = f"{dash.__version__} {plotly.__version__} {theme.css_variables()}"
    return digest_of(HERE, MADE_OF, libraries)


def digest_of(folder: Path, patterns: Iterable[str], more: str = "") -> str:
    """Return the digest of the files of a folder, names and content, and of a text."""
    found = hashlib.blake2s(more.encode(), digest_size=8)
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}):
        found.update(f"\0{path.relative_to(folder)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()
