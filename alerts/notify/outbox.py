"""The outbox: what is to be told is written down first, then sent, and what became of it is kept.

A message is claimed by one sender, and one channel keeps few of them busy. Who dies while sending loses the claim, and
the message is sent again: told twice is better than not told. What was sent and not answered may have arrived, so it is
sent again a few times only, always with the same id.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.notify import breaker_store
from alerts.notify.breakers import OPENS_AFTER
from alerts.notify.contacts import Policy
from alerts.notify.messages import Notification, messages_of
from cityops.storage import Database, Row, Transaction, load_queries
from cityops.storage.operations.job_failures import describe_failure
from cityops.storage.operations.job_parts import JobParts

logger = logging.getLogger(__name__)

SQL = load_queries("alerts")
CLAIM = timedelta(minutes=2)  # longer than any channel takes to fail
SLOTS = 2  # messages on their way to one channel at a time; a claim whose holder died takes one until it is over
FIRST_RETRY = timedelta(seconds=10)  # then twice as long each time
LONGEST_RETRY = timedelta(minutes=2)  # the breaker of the channel sees to it that a broken one is not asked too often
GIVE_UP = timedelta(hours=24)
MOST_COPIES = 6  # of a message to a receiver that takes it and never answers
UNANSWERED_PAUSE = 4  # times as long each time: six copies within an hour


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel answered."""

    delivered: bool
    words: str
    unanswered: bool = False  # not delivered as far as we know: it was sent, and nobody answered in time


Send = Callable[[str, str, str, str], Receipt]  # channel, title, body, id of the message


def write_messages(tx: Transaction, parts: JobParts, policy: Policy, *, now: datetime, zone: ZoneInfo) -> None:
    """Write down what is to be told by now, and withdraw what is no longer news."""
    tx.execute(SQL["withdraw_messages"], now=now)
    wanted: dict[str, Notification] = {}
    breaker_store.forget_channels(tx, [channel.name for channel in policy.channel])
    broken = {breaker.channel for breaker in breaker_store.read_breakers(tx) if breaker.is_broken(now)}

    def think(incident: Row) -> None:
        found = messages_of(incident, policy, broken=broken, now=now, zone=zone)
        wanted.update((message.key, message) for message in found)

    def write(message: Notification) -> None:
        tx.execute(SQL["write_message"], now=now, **{name: getattr(message, name) for name in message.__slots__})

    parts.run_each("outbox", tx.rows(SQL["incidents_to_tell"]), think, lambda row: f"incident {row['incident_id']}")
    known = {row["key"] for row in tx.rows(SQL["known_messages"], keys=list(wanted))} if wanted else set()
    new = [message for key, message in wanted.items() if key not in known]
    parts.run_each("outbox", new, write, lambda message: f"message {message.key}")


def send_one(database: Database, send: Send, now: datetime) -> bool:
    """Send the most urgent message that is due and whose channel is free. Return False when there is none."""
    with database.transaction() as tx:
        row = _claim(tx, now)
    if row is None:
        return False
    started = time.monotonic()
    receipt = _send(send, row)
    took = timedelta(seconds=time.monotonic() - started)
    receipt = replace(receipt, words=receipt.words.replace("\0", "")[:2000])  # a stranger's answer is not always text
    with database.transaction() as tx:
        if receipt.delivered:
            _store_success(tx, row, receipt, now)
        else:
            _store_failure(tx, row, receipt, now, took)
    return True


def _claim(tx: Transaction, now: datetime) -> Row | None:
    """Take a message. A channel whose messages somebody else is just looking through is passed over."""
    facts = {"now": now, "claim_over": now - CLAIM, "slots": SLOTS}
    for due in tx.rows(SQL["channels_due"], **facts):
        channel = due["channel"]
        if tx.value(SQL["lock_channel"], channel=channel):
            row = tx.row(SQL["claim_message"], channel=channel, **facts)
            if row is not None:
                return row
    return None


def _send(send: Send, row: Row) -> Receipt:
    """Send a message. A channel that breaks on one fails on this one only."""
    try:
        return send(row["channel"], row["title"], row["body"], row["message_id"])
    except Exception as error:  # noqa: BLE001  (whatever it is: the message is tried again, the others are sent)
        return Receipt(delivered=False, words=describe_failure(error))


def _store_success(tx: Transaction, row: Row, receipt: Receipt, now: datetime) -> None:
    told = {"notification_id": row["notification_id"], "claimed_at": now, "words": receipt.words}
    tx.execute(SQL["store_receipt"], now=now, **told)
    before = breaker_store.note_success(tx, row["channel"], now)
    if before is not None and before.is_open:
        facts = {"action": "recover", "channel": before.channel, "failures": before.failures}
        logger.info("a channel delivers again", extra=facts)


def _store_failure(tx: Transaction, row: Row, receipt: Receipt, now: datetime, took: timedelta) -> None:
    unanswered = row["unanswered"] + receipt.unanswered
    gives_up = unanswered >= MOST_COPIES or now - row["created_at"] >= GIVE_UP
    told = {"notification_id": row["notification_id"], "claimed_at": now, "words": receipt.words}
    wait = max(_pause(row["attempts"], unanswered), 2 * took)
    failed_at = now if gives_up else None
    tx.execute(SQL["store_failure"], failed_at=failed_at, due_at=now + wait, unanswered=unanswered, **told)
    breaker = breaker_store.note_failure(tx, row["channel"], receipt.words, now, took=took)
    facts = {"action": "notify", "channel": row["channel"], "reason": receipt.words}
    if gives_up or row["attempts"] == 1:  # the tries between stand on the alert
        logger.error("nobody was told", extra=facts | {"attempts": row["attempts"]})
    if breaker.failures == OPENS_AFTER:
        logger.error("a channel is broken, the others go on", extra=facts)


def _pause(attempts: int, unanswered: int) -> timedelta:
    """Return how long to wait before a message is tried again."""
    refused = min(max(attempts - unanswered - 1, 0), 10)
    pause = min(FIRST_RETRY * float(2**refused), LONGEST_RETRY)
    return max(pause, FIRST_RETRY * float(UNANSWERED_PAUSE ** (unanswered - 1))) if unanswered else pause
