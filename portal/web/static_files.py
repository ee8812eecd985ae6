"""The style sheet, the script and the icon of the pages: addressed by what is in them, so they may be kept for long."""

import hashlib
import os
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent.parent / "static"
KEEP_FOR_LONG = "public, max-age=31536000, immutable"  # of an address with the right version: it never changes
KEEP = "public, max-age=3600"  # of every other


@cache
def version_of(name: str) -> str:
    """Return what tells the content of a file from all others of its name. Raises OSError."""
    return hashlib.blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()


def address_of(name: str) -> str:
    """Return the address of a file as pages have it."""
    return f"/static/{name}?v={version_of(name)}"


class Static(StaticFiles):
    """Serves the files. Who asks for another version, as an old page does, is given the file for an hour only."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        is_this = asked == [version_of(Path(full_path).name)]
        response.headers["Cache-Control"] = KEEP_FOR_LONG if is_this else KEEP
        return response
