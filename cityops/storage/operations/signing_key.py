"""The signing key that the database remembers: every program of one city has the same."""

from datetime import datetime

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def remembered_key(tx: Transaction, fresh: str, now: datetime) -> str:
    """Return the key of this city; the first call keeps `fresh` as it."""
    found = tx.value(SQL["signing_key"])
    if found is None:
        tx.execute(SQL["offer_signing_key"], key=fresh, now=now)
        found = tx.value(SQL["signing_key"])
    return str(found)
