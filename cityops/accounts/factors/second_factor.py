"""The second factor of an account: one-time codes and passkeys; recovery codes are for the day without either."""

from dataclasses import dataclass
from datetime import datetime

from cityops.accounts.factors import totp
from cityops.accounts.factors.recovery_codes import use_recovery_code
from cityops.accounts.factors.totp_secrets import CodeUncheckable, TotpCipher, is_encrypted
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cityops.storage")


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has beside its password. Recovery codes alone are none: they stand in for another."""

    totp: bool = False
    passkeys: int = 0
    recovery_codes: int = 0  # not used yet

    @property
    def is_on(self) -> bool:
        """Whether a log-in by password asks for more."""
        return self.totp or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Renewal:
    """Whose secrets were just encrypted under the present key, and what is wrong with others."""

    renewed: list[str]
    unreadable: list[str]  # no key that is here opens them
    clear: int  # there is no key at all


def factors_of(tx: Transaction, name: str) -> Factors:
    """Return the factors of an account."""
    row = tx.row(SQL["factors_of"], user_name=name)
    if row is None:
        return Factors()
    return Factors(row["totp_secret"] is not None, row["passkeys"], row["recovery_codes"])


def is_right_code(tx: Transaction, cipher: TotpCipher, name: str, code: str, *, now: datetime, origin: str) -> bool:
    """Whether a code is the authenticator's present one, or a recovery code; it counts once.

    Raises CodeUncheckable where it is no recovery code and the key of the others is not here.
    """
    row = tx.row(SQL["factors_of"], user_name=name)
    if row is None or not code.strip():
        return False
    try:
        step = _matching_step(cipher, name, row, code, now=now)
    except CodeUncheckable:
        if not use_recovery_code(tx, name, row, code, now=now, origin=origin):
            raise
        return True
    if step is None:
        return use_recovery_code(tx, name, row, code, now=now, origin=origin)
    tx.execute(SQL["use_code"], user_name=name, step=step)
    return True


def store_totp(tx: Transaction, cipher: TotpCipher, name: str, secret: str, *, step: int | None) -> None:
    """Ask for codes of a secret (base32) from now on; those up to `step` do not count. Raises TotpKeyMissing."""
    tx.execute(SQL["set_totp"], user_name=name, secret=cipher.encrypt(name, secret), step=step)


def renew_totp(tx: Transaction, cipher: TotpCipher, *, now: datetime) -> Renewal:
    """Encrypt every secret that is kept in clear or under an earlier key, and say whose, and whose cannot be."""
    renewed: list[str] = []
    unreadable: list[str] = []
    clear = 0
    for row in tx.rows(SQL["totp_secrets"]):
        name, stored = row["user_name"], row["totp_secret"]
        try:
            kept = cipher.renew(name, stored)
        except CodeUncheckable:
            unreadable.append(name)
            continue
        if kept != stored:
            tx.execute(SQL["keep_totp"], user_name=name, secret=kept)
            record(tx, "cityops", "user.totp_key", name, at=now, origin="dashboard")
            renewed.append(name)
        elif not is_encrypted(kept):
            clear += 1
    return Renewal(renewed, unreadable, clear)


def _matching_step(cipher: TotpCipher, name: str, row: Row, code: str, *, now: datetime) -> int | None:
    if row["totp_secret"] is None:
        return None
    return totp.matching_step(cipher.decrypt(name, row["totp_secret"]), code, now=now, after=row["totp_step"])


def drop_all(tx: Transaction, name: str) -> None:
    """Leave an account its password alone."""
    tx.execute(SQL["set_totp"], user_name=name, secret=None, step=None)
    for query in ("end_passkeys_of", "forget_recovery_codes"):
        tx.execute(SQL[query], user_name=name)
