"""What a person does with their own account: password, second factor, sessions."""

from datetime import datetime

from cityops import passwords, totp
from cityops.accounts import SQL, User, confirm, remember_password
from cityops.errors import CityOpsError
from cityops.storage import Database, Row, Transaction
from cityops.storage.audit import record


class WrongCode(CityOpsError):
    """The code is wrong. Check the clock of your phone, and enter the newest code."""


def change_password(
    database: Database, user: User, *, old: str, new: str, now: datetime, origin: str, keep: int | None
) -> None:
    """Replace a password by whoever knows the old one, and end all sessions but the one with the number `keep`.

    Raises PasswordRefused, LoginRefused, TooManyAttempts.
    """
    confirm(database, user, old, purpose="user.password", now=now, origin=origin)
    with database.transaction() as tx:
        past = [row["password_hash"] for row in tx.rows(SQL["past_passwords"], user_name=user.name)]
        passwords.check_policy(new, past=past)
        remember_password(tx, user.name, now=now)
        tx.execute(SQL["change_password"], user_name=user.name, password_hash=passwords.hash_password(new), now=now)
        tx.execute(SQL["end_other_sessions"], user_name=user.name, keep=keep)
        record(tx, user.name, "user.password", user.name, at=now, origin=origin)


def own_sessions(tx: Transaction, user: User, *, now: datetime) -> list[Row]:
    """Return the open sessions: session_id, created_at, seen_at (UTC), origin, device."""
    return tx.rows(SQL["sessions_of"], user_name=user.name, now=now)


def log_out_everywhere(tx: Transaction, user: User, *, now: datetime, origin: str) -> int:
    """End all sessions, this one too; return how many there were."""
    count = tx.execute(SQL["end_sessions_of"], user_name=user.name)
    record(tx, user.name, "session.revoke_all", user.name, at=now, origin=origin, detail={"sessions": count})
    return count


def start_second_factor(database: Database, user: User, *, secret: str, code: str, now: datetime, origin: str) -> None:
    """Ask for codes at every login from now on, if the person's app makes the right ones. Raises WrongCode."""
    step = totp.matching_step(secret, code, now=now, after=None)
    if step is None:
        raise WrongCode
    with database.transaction() as tx:
        tx.execute(SQL["set_second_factor"], user_name=user.name, secret=secret, step=step)
        record(tx, user.name, "user.second_factor", user.name, at=now, origin=origin, detail={"on": True})


def stop_second_factor(database: Database, user: User, *, password: str, now: datetime, origin: str) -> None:
    """Ask for the password alone again. Raises LoginRefused, TooManyAttempts."""
    confirm(database, user, password, purpose="user.second_factor", now=now, origin=origin)
    with database.transaction() as tx:
        tx.execute(SQL["set_second_factor"], user_name=user.name, secret=None, step=None)
        record(tx, user.name, "user.second_factor", user.name, at=now, origin=origin, detail={"on": False})


def has_second_factor(tx: Transaction, user: User) -> bool:
    """Whether the login asks for a code."""
    row = tx.row(SQL["find_user"], user_name=user.name)
    return row is not None and row["totp_secret"] is not None
