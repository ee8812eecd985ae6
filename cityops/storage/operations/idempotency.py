"""The idempotency keys of requests in the database: what was done under a key is not done again."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")

KEPT_FOR = timedelta(hours=24)  # so long a request may be sent again
MOST = 10_000  # keys of one account; the oldest are forgotten first


@dataclass(frozen=True, slots=True)
class Known:
    """A key that is taken: by a request with this digest of its body and this answer, or withdrawn (None)."""

    body_digest: bytes | None
    answer: Any = None


def claim(tx: Transaction, user_name: str, key: bytes, body: bytes, now: datetime) -> bool:
    """Take a key until the rollback, or for `KEPT_FOR` after the commit. False: it is taken already.

    A transaction that holds the same key is waited for. `key` and `body` are digests.
    """
    return tx.value(SQL["claim_key"], user_name=user_name, key=key, body=body, now=now) is not None


def keep_answer(tx: Transaction, user_name: str, key: bytes, answer: Any) -> None:
    """Remember what the request of a claimed key was answered with: anything that JSON can hold."""
    tx.execute(SQL["keep_answer"], user_name=user_name, key=key, answer=json.dumps(answer))


def withdraw(tx: Transaction, user_name: str, key: bytes, now: datetime) -> None:
    """Take a key for good, unless its request has been worked on: it is not worked on later either."""
    tx.execute(SQL["withdraw_key"], user_name=user_name, key=key, now=now)


def find(tx: Transaction, user_name: str, key: bytes) -> Known | None:
    """Return what became of the request of a key; None when none came, or it was forgotten."""
    row = tx.row(SQL["find_key"], user_name=user_name, key=key)
    if row is None:
        return None
    return Known(bytes(row["body_digest"]) if row["body_digest"] is not None else None, row["answer"])


def forget(tx: Transaction, now: datetime) -> None:
    """Forget the keys that are too old or too many."""
    tx.execute(SQL["forget_keys"], before=now - KEPT_FOR, most=MOST)
