"""All that the page of warnings tells, within what its reader may see."""

from dataclasses import dataclass
from datetime import datetime

from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cap")
MOST = 50  # of each list
MOST_ON_SCREENS = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """The lists, each with the newest first; proposals with what waits first, those received with the worst first."""

    proposals: list[Row]
    standing: list[Row]
    past: list[Row]
    received: list[Row]
    quarantined: list[Row]
    feeds: list[Row]
    rules: list[Row]


def list_in_force(tx: Transaction, *, now: datetime, is_demo: bool = False, most: int = MOST_ON_SCREENS) -> list[Row]:
    """Return the warnings of others that hold here, the worst first; in a demo their exercises too."""
    return tx.rows(SQL["received_in_force"], now=now, is_demo=is_demo, most=most)


def list_outlines(tx: Transaction, *, now: datetime, most: int = MOST_ON_SCREENS) -> list[Row]:
    """Return where our own warnings stand, the newest first: message_id, severity, area_codes, outline."""
    return tx.rows(SQL["outlines_in_force"], now=now, most=most)


def list_all(tx: Transaction, *, now: datetime, is_demo: bool = False) -> Listed:
    """Return everything."""
    return Listed(
        tx.rows(SQL["listed_proposals"], most=MOST),
        tx.rows(SQL["listed_messages"], in_force=True, now=now, most=MOST),
        tx.rows(SQL["listed_messages"], in_force=False, now=now, most=MOST),
        list_in_force(tx, now=now, is_demo=is_demo, most=MOST),
        tx.rows(SQL["listed_quarantined"], most=MOST),
        tx.rows(SQL["listed_feeds"]),
        tx.rows(SQL["list_cap_rules"]),
    )
