"""What holds for everything that programs ask of open data."""

from cityops.storage import Transaction, load_queries

SQL = load_queries("portal")
LONGEST = 5_000  # milliseconds of one statement


def limit_time(tx: Transaction) -> None:
    """End whatever takes too long in this transaction: it raises LimitReached."""
    tx.execute(SQL["sta_limit_time"], milliseconds=str(LONGEST))
