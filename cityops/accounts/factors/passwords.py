"""Passwords: argon2id hashes, and the policy of docs/reference/standards.md#accounts-and-audit."""

import os
import secrets
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cityops.errors import CityOpsError

SHORTEST = 8
LONGEST = 256  # argon2 takes any length, and time with it
CLASSES = 3
REMEMBERED = 5  # the last ones, which may not come back
LIFE = timedelta(days=90)

# argon2id with the memory and the passes of RFC 9106's second recommendation, on one lane: one core at most.
HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
NICE = 5  # how far a hash gives way to everything else on this machine; threads that argon2 starts inherit it


def _give_way() -> None:
    with suppress(AttributeError, OSError):  # only Linux counts niceness by thread
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


# A hash costs a third of a second of a core and 64 MB on purpose. One at a time, in a thread that gives way: however
# many strangers ask, idle time is all they can use.
_POOL = ThreadPoolExecutor(1, thread_name_prefix="hash", initializer=_give_way)
_KINDS = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())


class PasswordRefused(CityOpsError):
    """The password is not stored. Choose another."""


class PasswordTooSimple(PasswordRefused):
    """The password is too simple. Use 8 characters or more: three of small letters, capitals, digits, signs."""


class PasswordUsedBefore(PasswordRefused):
    """This is one of your last five passwords. Choose another."""


def hash_password(password: str) -> str:
    """Return what the database may hold."""
    return _POOL.submit(HASHER.hash, password).result()


@cache
def of_no_account() -> str:
    """Return a hash that no password fits: an unknown name takes as long to refuse as a wrong password."""
    return hash_password(secrets.token_urlsafe(32))


def is_outdated(password_hash: str) -> bool:
    """Whether hashes are made at another cost today: how long one takes would tell who has not logged in since."""
    return HASHER.check_needs_rehash(password_hash)


def is_right(password: str, password_hash: str) -> bool:
    """Whether a password is the one of this hash."""
    if len(password) > LONGEST:
        password = ""  # which is nobody's; refusing it takes as long as any other
    try:
        return _POOL.submit(HASHER.verify, password_hash, password).result()
    except (VerificationError, InvalidHashError):
        return False


def check_policy(password: str, *, past: Iterable[str] = ()) -> None:
    """Refuse a password that is too simple, or that one of the `past` hashes belongs to. Raises PasswordRefused."""
    classes = sum(any(kind(character) for character in password) for kind in _KINDS)
    if not SHORTEST <= len(password) <= LONGEST or classes < CLASSES:
        raise PasswordTooSimple
    if any(is_right(password, one) for one in past):
        raise PasswordUsedBefore
