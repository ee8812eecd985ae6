"""What people are shown of attempts to log in with their name, so that a guess does not stay unseen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.accounts.authentication import SQL
from cityops.storage import Transaction

SHOWN_FOR = timedelta(days=30)
MOST = 20  # the newest


@dataclass(frozen=True, slots=True)
class LoginHistory:
    """The newest attempts as (time in UTC, whether it was right, address), and how many failed in all."""

    attempts: list[tuple[datetime, bool, str]]
    failed: int


def login_history(tx: Transaction, name: str, *, now: datetime) -> LoginHistory:
    """Return the attempts of the last month to log in with a name."""
    since = now - SHOWN_FOR
    rows = tx.rows(SQL["login_attempts"], user_name=name, since=since, most=MOST)
    failed = tx.value(SQL["failed_logins"], user_name=name, since=since)
    return LoginHistory([(row["at"], row["success"], row["origin"]) for row in rows], failed)
