"""Who may do what: users, roles, login sessions and the wall's read-only tokens.

Passwords are argon2id hashes. Session cookies and wall tokens are random; the database holds only their
SHA-256, so a stolen table opens no door. Every attempt is a row of `audit_log`.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from cityops.errors import CityOpsError
from cityops.storage import Database, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cityops.storage")

# Standards, section 10: five failures lock the account for half an hour; idle sessions end.
MOST_FAILURES = 5
LOCK = timedelta(minutes=30)
SESSION = timedelta(hours=12)  # one shift
SHORTEST_PASSWORD = 8
NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
NO_NAME = "(no account name)"  # what the audit shows for anything else: it may be a password in the wrong field

_HASHER = PasswordHasher()
_NO_ACCOUNT = _HASHER.hash("an unknown name takes as long to refuse as a wrong password")


class Role(StrEnum):
    """What an account may do; each role includes the one before."""

    VIEWER = "viewer"  # look
    OFFICER = "officer"  # acknowledge and handle alerts
    SUPERVISOR = "supervisor"  # everything an officer may, and more later

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other one may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class User:
    """A person who is logged in."""

    name: str
    role: Role


class AccountError(CityOpsError):
    """The account cannot be stored. Correct the name, the role or the password."""


class LoginRefused(CityOpsError):
    """Name or password is wrong. Try again."""


class AccountLocked(LoginRefused):
    """Too many wrong passwords. Try again later, or ask a supervisor."""


def add_user(tx: Transaction, name: str, *, role: Role, password: str, actor: str, now: datetime) -> None:
    """Store an account, or give an existing one this role and password. Raises AccountError, BadData."""
    check_password(password)
    store_user(tx, name, role=role, password=password, actor=actor, now=now)


def store_user(tx: Transaction, name: str, *, role: Role, password: str, actor: str, now: datetime) -> None:
    """Store an account with any password: for the demo, which only its own machine can reach."""
    tx.execute(SQL["store_user"], user_name=name, role=role.value, password_hash=_HASHER.hash(password), now=now)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, actor, "user.store", name, at=now, detail={"role": role.value})


def log_in(database: Database, name: str, password: str, *, now: datetime, origin: str) -> str:
    """Return a session token for a right password. Raises LoginRefused or AccountLocked."""
    token = secrets.token_urlsafe(32)
    with database.transaction() as tx:
        refused = _refusal(tx, name, password, now=now)
        if refused is None:
            tx.execute(
                SQL["start_session"], token_hash=_digest(token), user_name=name, now=now, expires_at=now + SESSION
            )
        shown = name if NAME.fullmatch(name) else NO_NAME
        record(tx, shown, "login", shown, at=now, origin=origin, success=refused is None)
    if refused is not None:  # raised after the commit: a refused attempt is counted
        raise refused
    return token


def confirm(database: Database, user: User, password: str, *, purpose: str, now: datetime, origin: str) -> None:
    """Check that it is this person who signs, by the password again. Raises LoginRefused or AccountLocked.

    Wrong passwords count as at the login, and leave an audit row of `purpose`, such as "handover.sign".
    """
    with database.transaction() as tx:
        refused = _refusal(tx, user.name, password, now=now)
        if refused is not None:
            record(tx, user.name, purpose, user.name, at=now, origin=origin, success=False)
    if refused is not None:
        raise refused


def _refusal(tx: Transaction, name: str, password: str, *, now: datetime) -> LoginRefused | None:
    """Return why a name with this password is refused, and count it; None when it is right."""
    account = tx.row(SQL["find_user"], user_name=name) if NAME.fullmatch(name) else None
    locked = account is not None and account["locked_until"] is not None and account["locked_until"] > now
    right = _is_right(password, account["password_hash"] if account else _NO_ACCOUNT)
    if account is not None and right and not locked and not account["disabled"]:
        tx.execute(SQL["forget_failures"], user_name=name)
        return None
    if account is not None and not locked:
        lock = account["failures"] + 1 >= MOST_FAILURES
        tx.execute(SQL["count_failure"], user_name=name, locked_until=now + LOCK if lock else None)
    return AccountLocked() if locked else LoginRefused()


def user_of(tx: Transaction, token: str, *, now: datetime) -> User | None:
    """Return who holds a session token; None when it is unknown, ended or expired."""
    row = tx.row(SQL["session_user"], token_hash=_digest(token), now=now)
    return User(row["user_name"], Role(row["role"])) if row else None


def log_out(tx: Transaction, token: str, *, now: datetime, origin: str) -> None:
    """End a session."""
    user_name = tx.value(SQL["end_session"], token_hash=_digest(token))
    if user_name is not None:
        record(tx, user_name, "logout", user_name, at=now, origin=origin)


def issue_wall_token(tx: Transaction, name: str, *, actor: str, now: datetime) -> str:
    """Make a read-only token for one wall, replacing the one of the same name."""
    token = secrets.token_urlsafe(24)
    tx.execute(SQL["store_wall_token"], token_hash=_digest(token), name=name, now=now)
    record(tx, actor, "wall_token.issue", name, at=now)
    return token


def is_wall_token(tx: Transaction, token: str) -> bool:
    """Whether a wall may look with this token."""
    return bool(tx.value(SQL["is_wall_token"], token_hash=_digest(token)))


def _is_right(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def check_password(password: str) -> None:
    """Refuse a password that is too short or of one kind of character. Raises AccountError."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    classes = sum(any(kind(character) for character in password) for kind in kinds)
    if len(password) < SHORTEST_PASSWORD or classes < 3:
        raise AccountError(
            "The password is too simple. Use 8 characters or more: three of small letters, capitals, digits, signs."
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
