"""What is expected of alerts, and how often forecasts were right."""

from collections.abc import Sequence
from datetime import datetime

from citizens.store.forecasts import MOST_LISTED
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("citizens")


def expected_of(tx: Transaction, alert_id: int) -> list[Row]:
    """Return what is or was expected of an alert that may be seen, the surest first.

    Rows: category, hours, alerts, hits, expected (by chance), due_at, came_at (None: not yet, or never).
    """
    return expected_of_many(tx, [alert_id]).get(alert_id, [])


def expected_of_many(tx: Transaction, alerts: Sequence[int]) -> dict[int, list[Row]]:
    """Return the same of many alerts, by their numbers; those of which nothing is expected are left out."""
    found: dict[int, list[Row]] = {}
    for row in tx.rows(SQL["expected_of_alerts"], alerts=list(alerts)):
        found.setdefault(row["alert_id"], []).append(row)
    return found


def list_forecasts(tx: Transaction) -> list[Row]:
    """Return what is known of alerts and complaints in the streets that may be seen, the surest first."""
    return tx.rows(SQL["list_forecasts"], most=MOST_LISTED)


def forecasts_told(tx: Transaction, *, since: datetime, now: datetime) -> Row:
    """Return how the marks since a time went: hits, false_ones, waiting, filed."""
    return tx.rows(SQL["forecasts_told"], since=since, now=now)[0]
