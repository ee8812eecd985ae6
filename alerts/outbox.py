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
from alerts.messages import Message, messages_of
from cityops.storage import Database, Row, Transaction, load_queries
from cityops.storage.job_failures import JobParts, describe_failure

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


def write_messages(tx: Transaction, parts: JobParts, policy: Policy, *, now: datetime, zone: ZoneInfo) -> None:
    """Write down what is to be told by now, and withdraw what is no longer news."""
    tx.execute(SQL["withdraw_messages"], now=now)
    wanted: dict[str, Message] = {}

    def think(incident: Row) -> None:
        wanted.update((message.key, message) for message in messages_of(incident, policy, now=now, zone=zone))

    def write(message: Message) -> None:
        tx.execute(SQL["write_message"], now=now, **{name: getattr(message, name) for name in message.__slots__})

    parts.run_each("outbox", tx.rows(SQL["incidents_to_tell"]), think, lambda row: f"incident {row['incident_id']}")
    known = {row["key"] for row in tx.rows(SQL["known_messages"], keys=list(wanted))} if wanted else set()
    new = [message for key, message in wanted.items() if key not in known]
    parts.run_each("outbox", new, write, lambda message: f"message {message.key}")


def send_one(database: Database, send: Send, now: datetime) -> bool:
    """Send the most urgent message that is due. Return False when there is none."""
    with database.transaction() as tx:
        row = tx.row(SQL["claim_message"], now=now, claim_over=now - CLAIM)
    if row is None:
        return False
    receipt = _send(send, row)
    words = receipt.words.replace("\0", "")[:2000]  # what a stranger's server answers is not always text
    told = {"notification_id": row["notification_id"], "claimed_at": now, "words": words}
    gives_up = not receipt.delivered and now - row["created_at"] >= GIVE_UP
    with database.transaction() as tx:
        if receipt.delivered:
            tx.execute(SQL["store_receipt"], now=now, **told)
        else:
            wait = min(FIRST_RETRY * 2 ** min(row["attempts"] - 1, 10), LONGEST_RETRY)
            tx.execute(SQL["store_failure"], failed_at=now if gives_up else None, due_at=now + wait, **told)
    if gives_up or (row["attempts"] == 1 and not receipt.delivered):  # the tries between stand on the alert
        facts = {"action": "notify", "channel": row["channel"], "attempts": row["attempts"], "reason": receipt.words}
        logger.error("nobody was told", extra=facts)
    return True


def _send(send: Send, row: Row) -> Receipt:
    """Send a message. A channel that breaks on one fails on this one only."""
    try:
        return send(row["channel"], row["title"], row["body"])
    except Exception as error:  # noqa: BLE001  (whatever it is: the message is tried again, the others are sent)
        return Receipt(delivered=False, words=describe_failure(error))
