"""A secret of the data directory: made at the first start, the same ever after."""

import secrets
from pathlib import Path


def remembered_secret(path: Path, *, length: int = 24) -> str:
    """Return what is in a file that only its owner reads; the first call makes it, of `length` random bytes."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length), encoding="ascii")
    return path.read_text(encoding="ascii")
