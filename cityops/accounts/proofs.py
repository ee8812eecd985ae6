"""A proof that it is the person, and not only their open session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cityops.accounts.authentication import NO_KEY, confirm
from cityops.accounts.factors import second_factor
from cityops.accounts.factors.passkeys import PasskeyRefused
from cityops.accounts.factors.totp_secrets import TotpCipher
from cityops.accounts.users import User
from cityops.storage import Database, Transaction


@dataclass(frozen=True, slots=True)
class Proof:
    """That it is the person, and not only their open session.

    `code` is the authenticator's or a recovery code, and `cipher` reads the secret that it is checked with; `passkey`,
    where one answered instead, returns whose it is.
    """

    password: str
    code: str = ""
    cipher: TotpCipher = NO_KEY
    passkey: Callable[[Transaction], str] | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, from where and when (UTC)."""

    user: User
    origin: str
    now: datetime


def prove(database: Database, asking: Asking, proof: Proof, *, purpose: str) -> None:
    """Check a proof; wrong ones count as at the login.

    Raises LoginRefused, CodeNeeded, CodeUncheckable, TooManyAttempts.
    """
    user, now, origin = asking.user, asking.now, asking.origin
    second = partial(_shows_second_factor, asking=asking, proof=proof)
    confirm(database, user, proof.password, purpose=purpose, now=now, origin=origin, second=second)


def _shows_second_factor(tx: Transaction, *, asking: Asking, proof: Proof) -> bool:
    """Whether the proof has the second factor of an account that has one."""
    name = asking.user.name
    if not second_factor.factors_of(tx, name).is_on:
        return True
    if proof.passkey is None:
        return second_factor.is_right_code(tx, proof.cipher, name, proof.code, now=asking.now, origin=asking.origin)
    try:
        return proof.passkey(tx) == name
    except PasskeyRefused:
        return False
