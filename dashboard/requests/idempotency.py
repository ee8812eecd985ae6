"""An act is done once, however often its request arrives: what every act runs in.

A request names itself by a key of its sender's own in the header `Idempotency-Key`. The key, the act and the answer are
stored in one transaction, so either all of them are there or none; who sends the request again gets the same answer.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import Database, Transaction
from cityops.storage.operations import idempotency

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[A-Za-z0-9._:-]{8,100}")


class KeyRefused(CityOpsError):
    """An Idempotency-Key is 8 to 100 letters, digits or ._:- that no other request of yours has. Send a new UUID."""


class KeyReused(CityOpsError):
    """This Idempotency-Key was sent with another request. Send a new key with each new act."""


class KeyWithdrawn(CityOpsError):
    """This request was withdrawn before it arrived; nothing was stored. Send it again with a new Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class RequestId:
    """A request that names itself: the digest of its key, and of what it asks for, which only its key can check."""

    key: bytes
    content: bytes

    @classmethod
    def read(cls, key: str, method: str, path: str, body: bytes) -> Self:
        """Return the id of a request. Raises KeyRefused."""
        secret = check_key(key).encode()
        content = hmac.new(secret, f"{method} {path}\n".encode() + body, hashlib.sha256).digest()
        return cls(key_digest(key), content)


def check_key(key: str) -> str:
    """Return a key without the quotes that the standard writes around it. Raises KeyRefused."""
    bare = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not _KEY.fullmatch(bare):
        raise KeyRefused
    return bare


def key_digest(key: str) -> bytes:
    """Return how a key is stored. Raises KeyRefused."""
    return hashlib.sha256(check_key(key).encode()).digest()


def once(
    database: Database,
    user_name: str,
    request: RequestId | None,
    work: Callable[[Transaction], Any],
    now: datetime,
    *,
    check: Callable[[], None] | None = None,
) -> Any:
    """Do the work in one transaction with its request's key, and return its answer, which JSON can hold.

    A request that was worked on before, or is at this moment, is answered as it was the first time; what the work
    raises takes the key back. `check` comes before, in transactions of its own, and not again for a request that was
    worked on: a proof that counts once, or the password that the work changed, would be refused the second time.
    Raises KeyReused, KeyWithdrawn, StorageError and what check and work raise.
    """
    if check is not None and not _is_known(database, user_name, request):
        try:
            check()
        except CityOpsError:
            if not _is_known(database, user_name, request):  # no copy of it was worked on meanwhile
                raise
    with database.transaction() as tx:
        if request is None:
            return work(tx)
        if idempotency.claim(tx, user_name, request.key, request.content, now):
            answer = work(tx)
            idempotency.keep_answer(tx, user_name, request.key, answer)
            return answer
        known = idempotency.find(tx, user_name, request.key)
    if known is None or known.body_digest is None:
        raise KeyWithdrawn
    if not hmac.compare_digest(known.body_digest, request.content):
        raise KeyReused
    return known.answer


def _is_known(database: Database, user_name: str, request: RequestId | None) -> bool:
    if request is None:
        return False
    with database.transaction() as tx:
        return idempotency.find(tx, user_name, request.key) is not None


def settle(database: Database, user_name: str, key: str, *, withdraw: bool, now: datetime | None = None) -> Any:
    """Return what became of a request: `{"state": "stored", "answer": …}`, "unknown", or "withdrawn".

    `withdraw`: unless it is stored it never will be, even if it arrives later. Raises KeyRefused, StorageError.
    """
    digest = key_digest(key)
    with database.transaction() as tx:
        if withdraw:
            idempotency.withdraw(tx, user_name, digest, now or utc_now())
        known = idempotency.find(tx, user_name, digest)
    if known is None:
        return {"state": "unknown"}
    if known.body_digest is None:
        return {"state": "withdrawn"}
    return {"state": "stored", "answer": known.answer}
