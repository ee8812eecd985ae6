"""What the numbers of all indices share: their key, an hour, and the version of a city's table."""

import hashlib
from datetime import timedelta

import msgspec

from cityops.standards.tables import RainstormTable, TpiTable

INDEX = "index"
HOUR = timedelta(hours=1)


def table_version(table: TpiTable | RainstormTable) -> str:
    """Return the version of a formula that a city's table decides: another table is another version."""
    return f"1, {hashlib.sha256(msgspec.json.encode(table)).hexdigest()[:8]}"
