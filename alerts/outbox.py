"""The outbox: what is to be told is written down first, then sent, and what became of it is kept.

A message is claimed by one sender. Who dies while sending loses the claim, and the message is sent again:
told twice is better than not told.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.contacts import Policy
from alerts.messages import messages_of
from cityops.storage import Database, Transaction, load_queries

logger = logging.getLogger(__name__)

SQL = load_queries("alerts")
CLAIM = timedelta(minutes=2)  # longer than any channel takes to fail
FIRST_RETRY = timedelta(seconds=10)  # then twice as long each time
LONGEST_RETRY = timedelta(minutes=10)
GIVE_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel answered."""

    delivered: bool
    words: str


Send = Callable[[str, str, str], Receipt]  # channel, title, body


def write_messages(tx: Transaction, policy: Policy, *, now: datetime, zone: ZoneInfo) -> int:
    """Write down what is to be told by now, and withdraw what is no longer news. Return how many are new."""
    tx.execute(SQL["withdraw_messages"], now=now)
    incidents = tx.rows(SQL["incidents_to_tell"])
    wanted = {message.key: message for row in incidents for message in messages_of(row, policy, now=now, zone=zone)}
    known = {row["key"] for row in tx.rows(SQL["known_messages"], keys=list(wanted))} if wanted else set()
    for key in wanted.keys() - known:
        message = wanted[key]
        values = {name: getattr(message, name) for name in message.__slots__}
        tx.execute(SQL["write_message"], now=now, **values)
    return len(wanted.keys() - known)


def send_one(database: Database, send: Send, now: datetime) -> bool:
    """Send the most urgent message that is due. Return False when there is none."""
    with database.transaction() as tx:
        row = tx.row(SQL["claim_message"], now=now, claim_over=now - CLAIM)
    if row is None:
        return False
    receipt = send(row["channel"], row["title"], row["body"])
    told = {"notification_id": row["notification_id"], "claimed_at": now, "words": receipt.words[:2000]}
    with database.transaction() as tx:
        if receipt.delivered:
            tx.execute(SQL["store_receipt"], now=now, **told)
        else:
            wait = min(FIRST_RETRY * 2 ** min(row["attempts"] - 1, 10), LONGEST_RETRY)
            gives_up = now - row["created_at"] >= GIVE_UP
            tx.execute(SQL["store_failure"], failed_at=now if gives_up else None, due_at=now + wait, **told)
    if not receipt.delivered:
        facts = {"action": "notify", "channel": row["channel"], "attempts": row["attempts"], "reason": receipt.words}
        logger.error("nobody was told", extra=facts)
    return True
