"""The breakers of the channels, in the database: every watch and every dashboard knows the same."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from alerts.notify.breakers import Breaker, after_failure
from cityops.storage import Transaction, load_queries

SQL = load_queries("alerts")


def read_breakers(tx: Transaction) -> list[Breaker]:
    """Return the channels whose last message was not delivered, in the order of their names."""
    return [Breaker(**row) for row in tx.rows(SQL["channel_breakers"])]


def note_failure(tx: Transaction, channel: str, reason: str, now: datetime, *, took: timedelta) -> Breaker:
    """A message that was sent at `now` was not delivered. Return what that makes of the channel."""
    row = tx.row(SQL["lock_breaker"], channel=channel)
    breaker = after_failure(channel, Breaker(**row) if row else None, reason, now, took=took)
    tx.execute(SQL["put_breaker"], **asdict(breaker))
    return breaker


def note_success(tx: Transaction, channel: str, now: datetime) -> Breaker | None:
    """A message was delivered. What waited for an open breaker goes out now. Return what the breaker was."""
    row = tx.row(SQL["remove_breaker"], channel=channel)
    before = Breaker(**row) if row else None
    if before is not None and before.is_open:
        tx.execute(SQL["hasten_messages"], channel=channel, now=now)
    return before


def forget_channels(tx: Transaction, known: Iterable[str]) -> None:
    """Forget what was known of channels other than these: they are not in the file any more."""
    tx.execute(SQL["forget_breakers"], known=list(known))
