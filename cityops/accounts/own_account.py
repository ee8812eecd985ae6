"""What a person does with their own account: password, second factor, passkeys, sessions.

Whoever finds an open session must not be able to keep the account: what changes how its person gets in wants a
`Proof`, the password and the second factor again. Ending sessions wants none, for that only shuts doors.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from cityops.accounts.authentication import SQL
from cityops.accounts.factors import passkeys, passwords, recovery_codes, second_factor, totp
from cityops.accounts.factors.passkeys import PasskeyRefused
from cityops.accounts.factors.totp_secrets import TotpKeyMissing
from cityops.accounts.proofs import Asking, Proof, prove
from cityops.accounts.users import User, remember_password
from cityops.errors import CityOpsError
from cityops.storage import Database, Row, Transaction
from cityops.storage.audit import record


class WrongCode(CityOpsError):
    """The code is wrong. Check the clock of your phone, and enter the newest code."""


class SessionUnknown(CityOpsError):
    """This session has ended already. Load the page anew."""


T_co = TypeVar("T_co", covariant=True)
Work = Callable[[Transaction], list[str]]  # returns recovery codes to be shown once; mostly none


class OwnAct(Protocol[T_co]):
    """How an act is done: `check` in transactions of its own, then the work in one.

    Whoever remembers requests does neither again for one that was worked on (`dashboard.requests.idempotency`).
    """

    def __call__(self, work: Work, *, check: Callable[[], None]) -> T_co:
        """Return what became of it. Raises what check and work raise."""
        ...


def change_password(database: Database, act: OwnAct[T_co], asking: Asking, proof: Proof, *, new: str) -> T_co:
    """Replace a password, and end all sessions but the one that asks. Raises as `prove`, and PasswordRefused."""
    user, now = asking.user, asking.now

    def work(tx: Transaction) -> list[str]:
        past = [row["password_hash"] for row in tx.rows(SQL["past_passwords"], user_name=user.name)]
        passwords.check_policy(new, past=past)
        remember_password(tx, user.name, now=now)
        tx.execute(SQL["change_password"], user_name=user.name, password_hash=passwords.hash_password(new), now=now)
        tx.execute(SQL["end_other_sessions"], user_name=user.name, keep=user.session)
        record(tx, user.name, "user.password", user.name, at=now, origin=asking.origin)
        return []

    return act(work, check=partial(prove, database, asking, proof, purpose="user.password"))


def start_totp(database: Database, act: OwnAct[T_co], asking: Asking, proof: Proof, *, secret: str, code: str) -> T_co:
    """Ask for codes at every login from now on, if the person's app makes the right ones.

    Makes recovery codes where there are none. Raises as `prove`, WrongCode, and TotpKeyMissing.
    """
    step = totp.matching_step(secret, code, now=asking.now, after=None)

    def check() -> None:
        if step is None:
            raise WrongCode  # before the proof, whose own code counts once
        if proof.cipher.key is None:
            raise TotpKeyMissing
        prove(database, asking, proof, purpose="user.second_factor")

    def work(tx: Transaction) -> list[str]:
        second_factor.store_totp(tx, proof.cipher, asking.user.name, secret, step=step)
        _record(tx, asking, "user.second_factor", on=True)
        return _first_recovery_codes(tx, asking)

    return act(work, check=check)


def stop_totp(database: Database, act: OwnAct[T_co], asking: Asking, proof: Proof) -> T_co:
    """Ask for no codes any more; without a passkey, for the password alone. Raises as `prove`."""

    def work(tx: Transaction) -> list[str]:
        tx.execute(second_factor.SQL["set_totp"], user_name=asking.user.name, secret=None, step=None)
        _record(tx, asking, "user.second_factor", on=False)
        _forget_idle_codes(tx, asking)
        return []

    return act(work, check=partial(prove, database, asking, proof, purpose="user.second_factor"))


def add_passkey(
    database: Database, act: OwnAct[T_co], asking: Asking, proof: Proof, *, store: Callable[[Transaction], None]
) -> T_co:
    """Have `store` add a passkey; makes recovery codes as `start_totp`. Raises as `prove`, and PasskeyRefused."""

    def work(tx: Transaction) -> list[str]:
        store(tx)
        _record(tx, asking, "user.passkey", on=True)
        return _first_recovery_codes(tx, asking)

    return act(work, check=partial(prove, database, asking, proof, purpose="user.passkey"))


def end_passkey(database: Database, act: OwnAct[T_co], asking: Asking, proof: Proof, *, credential_id: bytes) -> T_co:
    """Take away a passkey of one's own. Raises as `prove`, and PasskeyRefused where there is none."""

    def work(tx: Transaction) -> list[str]:
        if not tx.execute(passkeys.SQL["end_passkey"], user_name=asking.user.name, credential_id=credential_id):
            raise PasskeyRefused
        _record(tx, asking, "user.passkey", on=False)
        _forget_idle_codes(tx, asking)
        return []

    return act(work, check=partial(prove, database, asking, proof, purpose="user.passkey"))


def renew_recovery_codes(database: Database, act: OwnAct[T_co], asking: Asking, proof: Proof) -> T_co:
    """Make new recovery codes, to be shown once; the old ones end. Raises as `prove`."""

    def work(tx: Transaction) -> list[str]:
        record(tx, asking.user.name, "user.recovery_codes", asking.user.name, at=asking.now, origin=asking.origin)
        return recovery_codes.new_recovery_codes(tx, asking.user.name)

    return act(work, check=partial(prove, database, asking, proof, purpose="user.recovery_codes"))


def own_sessions(tx: Transaction, user: User, *, now: datetime) -> list[Row]:
    """Return the open sessions: session_id, created_at, seen_at (UTC), origin, device."""
    return tx.rows(SQL["sessions_of"], user_name=user.name, now=now)


def end_session(tx: Transaction, asking: Asking, session_id: int) -> None:
    """End one session of one's own. Raises SessionUnknown."""
    name = asking.user.name
    if not tx.execute(SQL["end_own_session"], user_name=name, session_id=session_id):
        raise SessionUnknown
    record(tx, name, "session.revoke", name, at=asking.now, origin=asking.origin, detail={"session": session_id})


def log_out_everywhere(tx: Transaction, asking: Asking) -> int:
    """End all sessions, this one too; return how many there were."""
    name = asking.user.name
    count = tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, name, "session.revoke_all", name, at=asking.now, origin=asking.origin, detail={"sessions": count})
    return count


def _first_recovery_codes(tx: Transaction, asking: Asking) -> list[str]:
    name = asking.user.name
    return [] if second_factor.factors_of(tx, name).recovery_codes else recovery_codes.new_recovery_codes(tx, name)


def _forget_idle_codes(tx: Transaction, asking: Asking) -> None:
    """Recovery codes stand in for a second factor; without one they are nothing but another secret."""
    if not second_factor.factors_of(tx, asking.user.name).is_on:
        tx.execute(second_factor.SQL["forget_recovery_codes"], user_name=asking.user.name)


def _record(tx: Transaction, asking: Asking, action: str, *, on: bool) -> None:
    record(tx, asking.user.name, action, asking.user.name, at=asking.now, origin=asking.origin, detail={"on": on})
