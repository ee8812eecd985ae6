"""What came late, for who reads shared data on: noted by the roll-ups, and kept for a while."""

from datetime import datetime, timedelta

from cityops.storage import Database, load_queries

SQL = load_queries("sharing")
KEEP = timedelta(days=14)  # whoever is away for longer is told so, and reads the span again


def forget_late(database: Database, now: datetime) -> bool:
    """Let notes go that every reader should have had by now."""
    with database.transaction() as tx:
        tx.execute(SQL["forget_share_late"], before=now - KEEP)
    return True
