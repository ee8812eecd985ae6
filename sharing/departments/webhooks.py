"""Where a department has new rows sent to: made, shown, ended; its deliveries, and those that died sent again."""

import secrets
from collections.abc import Collection
from datetime import datetime

from cityops.keys.sealing import seal
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record
from cityops.web.webhook_signing import write_secret
from sharing.departments.addresses import check_address
from sharing.departments.keys import key_id
from sharing.errors import ShareChanged, ShareKeyMissing

SQL = load_queries("sharing")
SECRET_BYTES = 32
SHOWN = 100  # deliveries in a list


def make_webhook(
    tx: Transaction,
    number: int,
    data_set: str,
    url: str,
    *,
    inner_hosts: Collection[str],
    public_key: str | None,
    actor: str,
    now: datetime,
    origin: str = COMMAND_LINE,
) -> str:
    """Have what is new of a set of a grant sent to an address, from now on; return the secret, which is told once.

    It is kept under the seal of `public_key`. Raises ShareKeyMissing without one, WebhookRefused, and ShareChanged
    where the grant has no such set, or has a receiver for it.
    """
    if public_key is None:
        raise ShareKeyMissing
    check_address(url, inner_hosts)
    secret = secrets.token_bytes(SECRET_BYTES)
    sealed = {"sealed": seal(secret, public_key), "sealed_for": key_id(public_key)}
    values = {"number": number, "data_set": data_set, "url": url, "actor": actor, "now": now}
    made = tx.value(SQL["make_share_webhook"], **values, **sealed)
    if made is None:
        raise ShareChanged
    detail = {"data_set": data_set, "url": url, "webhook": made}
    record(tx, actor, "share.webhook", str(number), at=now, origin=origin, detail=detail)
    return write_secret(secret)


def end_webhook(tx: Transaction, webhook: int, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """Send nothing more to a receiver; what waits is dropped. Raises ShareChanged."""
    number = tx.value(SQL["end_share_webhook"], webhook=webhook, now=now)
    if number is None:
        raise ShareChanged
    tx.execute(SQL["drop_share_deliveries"], now=now)
    record(tx, actor, "share.webhook_end", str(number), at=now, origin=origin, detail={"webhook": webhook})


def send_again(
    tx: Transaction, delivery: int, *, webhook: int, actor: str, now: datetime, origin: str = COMMAND_LINE
) -> None:
    """Have a delivery of a receiver that died sent again, under the same id. Raises ShareChanged."""
    number = tx.value(SQL["send_share_delivery_again"], delivery=delivery, webhook=webhook, now=now)
    if number is None:
        raise ShareChanged
    record(tx, actor, "share.send_again", str(number), at=now, origin=origin, detail={"delivery": delivery})


def webhooks_of(tx: Transaction, department: str) -> list[Row]:
    """Return the receivers of a department: number, request, data_set, url, waiting, dead, sent_at, words."""
    return tx.rows(SQL["share_webhooks"], department=department)


def deliveries_of(tx: Transaction, webhook: int) -> list[Row]:
    """Return the newest deliveries of a receiver, those that died first: number, body (text), rows, state and times."""
    return tx.rows(SQL["share_deliveries"], webhook=webhook, most=SHOWN)
