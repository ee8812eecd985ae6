"""Sends departments what is new: deliveries are written down first, then sent, and tried again, later each time.

One delivery of a receiver waits at a time, and one is on its way, so a receiver that is slow or dead holds up nobody
else, and what is new for it waits in the database in order. Who dies while sending loses the claim, and the delivery is
sent again under the same id: twice is better than not at all.
"""

import logging
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import msgspec

from cityops.clock import utc_now
from cityops.keys.sealing import seal
from cityops.operations.bounded_calls import CallFailed, CallTimedOut, preload, run_within
from cityops.storage import Database, Row, StorageError, load_queries
from sharing.departments.addresses import host_of, is_listed
from sharing.departments.keys import ShareKeys, key_id
from sharing.departments.posting import Parcel, ReceiverAnswer, post
from sharing.departments.reading import page_of
from sharing.departments.tables import objects_of
from sharing.errors import DataSetUnknown, ShareKeyMissing

logger = logging.getLogger(__name__)

SQL = load_queries("sharing")
ROWS = 1000  # of a delivery
ANSWER_WITHIN = 15.0  # seconds for the whole exchange with a receiver, however slowly it answers
CLAIM = timedelta(minutes=2)  # longer than a receiver takes to fail
FIRST_RETRY = timedelta(seconds=10)  # then twice as long each time
LONGEST_RETRY = timedelta(hours=1)
MOST_ATTEMPTS = 12  # four and a half hours; then a person looks
MOST_DEAD = 50  # of a receiver: nothing more is made for it until somebody looks
KEEP = timedelta(days=30)  # what was sent, and what died
SEALED_AT_ONCE = 500  # receivers
SENDING_FOR = 20.0  # seconds of one round: then its sender shows life

Post = Callable[[Parcel], ReceiverAnswer]

preload("sharing.departments.posting")


def make_deliveries(database: Database, now: datetime) -> bool:
    """Write down what is new for each receiver that waits for nothing. One that fails keeps no other waiting."""
    with database.transaction() as tx:
        tx.execute(SQL["end_lost_share_webhooks"], now=now)
        tx.execute(SQL["drop_share_deliveries"], now=now)
        tx.execute(SQL["forget_share_deliveries"], before=now - KEEP)
        due = [row["webhook"] for row in tx.rows(SQL["share_webhooks_due"], most_dead=MOST_DEAD)]
    failed: StorageError | None = None
    for webhook in due:
        try:
            _make(database, webhook, now)
        except DataSetUnknown:  # not shared at the moment, or another program is at it
            continue
        except StorageError as error:
            failed = error
    if failed is not None:
        raise failed
    return True


def seal_secrets(database: Database, _now: datetime, *, keys: ShareKeys) -> bool:
    """Bring the secrets of receivers under the seal of the key in use: those of before, and after another key came.

    Raises ShareKeyMissing for those that no key opens, after all others were sealed.
    """
    sealed_for, lost = key_id(keys.public_key), False
    with database.transaction() as tx:
        for row in tx.rows(SQL["share_secrets_to_seal"], sealed_for=sealed_for, most=SEALED_AT_ONCE):
            try:
                secret = _secret(row, keys)
            except ShareKeyMissing:
                lost = True
                continue
            sealed = seal(secret, keys.public_key)
            tx.execute(SQL["seal_share_secret"], webhook=row["webhook"], sealed=sealed, sealed_for=sealed_for)
    if lost:
        raise ShareKeyMissing
    return True


def send_all(database: Database, inner_hosts: Collection[str], now: datetime, *, keys: ShareKeys | None) -> bool:
    """Send what is due, one after the other, for some seconds; several of these go on beside each other."""
    until = time.monotonic() + SENDING_FOR
    while send_one(database, inner_hosts, now, keys=keys) and time.monotonic() < until:
        now = utc_now()
    return True


def send_one(
    database: Database,
    inner_hosts: Collection[str],
    now: datetime,
    send: Post | None = None,
    *,
    keys: ShareKeys | None,
) -> bool:
    """Send the delivery that is due and was tried least; False when there is none.

    One whose secret no key opens fails like one that its receiver does not take.
    """
    with database.transaction() as tx:
        row = tx.row(SQL["claim_share_delivery"], now=now, claim_over=now - CLAIM)
    if row is None:
        return False
    try:
        parcel = _parcel(row, _secret(row, keys), inner_hosts, now)
    except ShareKeyMissing as error:
        answer = ReceiverAnswer(delivered=False, words=str(error))
    else:
        answer = (send or post_within)(parcel)
    with database.transaction() as tx:
        _settle(tx.execute, row, answer, now)
    return True


def post_within(parcel: Parcel) -> ReceiverAnswer:
    """Post a delivery in a process of its own, and wait for what the receiver says, at most ANSWER_WITHIN."""
    try:
        return run_within(ANSWER_WITHIN, post, parcel)
    except (CallTimedOut, CallFailed) as error:
        return ReceiverAnswer(delivered=False, words=str(error))


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    return min(FIRST_RETRY * float(2 ** min(attempts - 1, 20)), LONGEST_RETRY)


def _make(database: Database, webhook: int, now: datetime) -> None:
    with database.transaction() as tx:
        page = page_of(tx.value(SQL["share_news"], webhook=webhook, limit=ROWS))
        if page.rows:
            name = tx.value(SQL["share_webhook_set"], webhook=webhook)
            told = {"set": name, "fields": page.fields, "masked": page.masked, "rows": objects_of(page)}
            told |= {"late": page.late, "behind": page.is_behind}
            body = msgspec.json.encode(
                {"type": "shared.rows", "timestamp": now.isoformat(), "data": told | {"next": page.next}}
            )
            tx.execute(SQL["store_share_delivery"], webhook=webhook, body=body, rows=len(page.rows), now=now)


def _secret(row: Row, keys: ShareKeys | None) -> bytes:
    """Return the secret of a receiver. Raises ShareKeyMissing."""
    if row["sealed"] is None:
        return bytes(row["secret"])
    if keys is None:
        raise ShareKeyMissing
    return keys.unseal(bytes(row["sealed"]))


def _parcel(row: Row, secret: bytes, inner_hosts: Collection[str], now: datetime) -> Parcel:
    is_named = is_listed(host_of(row["url"]) or "", inner_hosts)
    stamp = int(now.timestamp())
    return Parcel(row["url"], secret, row["message_id"], bytes(row["body"]), stamp, is_named)


def _settle(execute: Callable[..., int], row: Row, answer: ReceiverAnswer, now: datetime) -> None:
    """Store what became of a delivery. One that was claimed by somebody else meanwhile is theirs."""
    gives_up = not answer.delivered and row["attempts"] >= MOST_ATTEMPTS
    state = "sent" if answer.delivered else "dead" if gives_up else "waiting"
    words = answer.words.replace("\0", "")[:500]
    due_at = now + pause_after(row["attempts"])
    facts = {"delivery": row["delivery"], "claimed_at": now, "state": state, "words": words}
    execute(SQL["settle_share_delivery"], now=now, due_at=due_at, **facts)
    if gives_up:
        told = {"action": "push", "webhook": row["webhook"], "delivery": row["delivery"], "reason": words}
        logger.error("a receiver of shared data does not take them", extra=told)
