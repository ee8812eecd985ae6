"""Public warnings as the portal's role reads them."""

from datetime import datetime, timedelta

from cityops.storage import Transaction, load_queries
from portal.city.warnings import SignedWarning

SQL = load_queries("portal")
KEPT = timedelta(hours=48)  # so long what is over stays in the feeds, so that nobody misses the end
MOST = 100  # feeds stay small: 100 kB


def list_warnings(tx: Transaction, *, now: datetime, is_demo: bool) -> list[SignedWarning]:
    """Return what stands and what was said lately, the newest first."""
    rows = tx.rows(SQL["public_warnings"], now=now, since=now - KEPT, is_demo=is_demo, most=MOST)
    return [SignedWarning(**row) for row in rows]


def find_warning(tx: Transaction, identifier: str, *, is_demo: bool) -> bytes | None:
    """Return a message as it was signed, byte for byte; None where there is none."""
    content = tx.value(SQL["public_warning"], identifier=identifier, is_demo=is_demo)
    return None if content is None else bytes(content)
