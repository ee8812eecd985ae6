"""The portal's sign of life in the database."""

from datetime import datetime

from cityops.storage import Transaction, load_queries

SQL = load_queries("portal")


def show_life(tx: Transaction, now: datetime, *, is_ending: bool) -> None:
    """Say that the public's pages are served, or that they end because somebody said so."""
    tx.execute(SQL["show_life"], now=now, is_ending=is_ending)
