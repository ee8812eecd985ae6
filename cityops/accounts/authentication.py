"""Authentication: accounts and logging in. What a security administrator does with accounts is in `account_admin`,
what a person does with their own in `own_account`.

Session cookies are random; the database holds only their SHA-256, so a stolen table opens no door. Every attempt
is a row of `audit_log`.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cityops.accounts import administration, passwords, second_factor
from cityops.accounts.administration import AccountExists, Act
from cityops.accounts.login_limits import (
    LoginRefused,
    LoginSource,
    TooManyAttempts,
    count_attempt,
    forget_failures,
    take_back,
)
from cityops.accounts.passwords import PasswordRefused
from cityops.accounts.roles import Role
from cityops.scope import WHOLE, Scope
from cityops.storage import Database, Row, Transaction, load_queries
from cityops.storage.audit import record

__all__ = ["AccountError", "CodeNeeded", "LoginRefused", "LoginSource", "Role", "TooManyAttempts", "User"]

SQL = load_queries("cityops.storage")

# Idle sessions end; who was away for a quarter of a year is asked after.
IDLE = timedelta(minutes=30)
SESSION = timedelta(hours=12)  # one shift
ASLEEP = timedelta(days=90)
NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
NO_NAME = "(no account name)"
LONGEST_DEVICE = 200

AccountError = PasswordRefused  # what storing an account may raise of a person's making


@dataclass(frozen=True, slots=True)
class User:
    """A person who is logged in. `must_change`: nothing else may be done before a new password."""

    name: str
    role: Role
    scope: Scope = WHOLE
    must_change: bool = False
    session: int | None = field(default=None, compare=False)


class CodeNeeded(LoginRefused):
    """The password is right. Enter the code that your authenticator shows now, or a recovery code; or use a passkey."""


def add_user(
    tx: Transaction,
    name: str,
    *,
    role: Role,
    password: str,
    actor: str,
    now: datetime,
    scope: Scope = WHOLE,
    origin: str = "command line",
) -> None:
    """Store a new account; its person changes the password at the first login.

    Raises AccountExists, AdministratorsApart, NotYourPart, OwnAccount, PasswordRefused, BadData.
    """
    passwords.check_policy(password)
    check_act(tx, Act.ADD, name, actor, becomes=role)
    made = tx.execute(SQL["add_user"], **_columns(name, role, password, scope, now))
    if not made:  # somebody else was faster
        raise AccountExists
    record(tx, actor, "user.add", name, at=now, origin=origin, detail={"role": role.value, **scope.settings})


def check_act(tx: Transaction, act: Act, name: str, actor: str, *, becomes: Role | None = None) -> Row:
    """Return the account that an act is about, empty when it is to be made. Raises what `administration` refuses.

    An actor without an account is the command line's, whose name cannot be an account's: see `options.actor`.
    """
    found = tx.row(SQL["find_user"], user_name=name) if NAME.fullmatch(name) else None
    doer = tx.value(SQL["role_of"], user_name=actor)
    refused = administration.refusal(
        act,
        actor=Role(doer) if doer else None,
        target=Role(found["role"]) if found else None,
        becomes=becomes,
        is_own=name == actor,
        is_external=bool(found and found["issuer"]),
    )
    if refused is not None:
        raise refused
    return found or {}


def store_user(
    tx: Transaction,
    name: str,
    *,
    role: Role,
    password: str,
    actor: str,
    now: datetime,
    scope: Scope = WHOLE,
    origin: str = "command line",
) -> None:
    """Store an account with any password, whoever had the name: for the demo, which only its own machine can reach."""
    before = tx.row(SQL["find_user"], user_name=name)
    remember_password(tx, name, now=now)
    tx.execute(SQL["store_user"], **_columns(name, role, password, scope, now))
    tx.execute(SQL["end_sessions_of"], user_name=name)
    detail = {"before": describe(before) if before else None, "after": {"role": role.value, **scope.settings}}
    record(tx, actor, "user.store", name, at=now, origin=origin, detail=detail)


def remember_password(tx: Transaction, name: str, *, now: datetime) -> None:
    """Keep the hash of the present password, which is about to be replaced, and forget the oldest."""
    tx.execute(SQL["remember_password"], user_name=name, now=now)
    tx.execute(SQL["forget_passwords"], user_name=name, keep=passwords.REMEMBERED - 1)


def describe(account: Row) -> dict[str, Any]:
    """Return what the audit says of an account: role, scope, whether it is disabled."""
    return {"role": account["role"], **scope_of(account).settings, "disabled": account["disabled"]}


def scope_of(row: Row) -> Scope:
    """Return the scope in a row with the columns domains and areas."""
    return Scope(
        None if row["domains"] is None else tuple(row["domains"]), None if row["areas"] is None else tuple(row["areas"])
    )


def log_in(
    database: Database,
    name: str,
    password: str,
    *,
    now: datetime,
    source: LoginSource,
    code: str = "",
    device: str = "",
) -> str:
    """Return a session token for a right password, and code where the account has a second factor.

    `device` is the browser, as it calls itself. Raises LoginRefused, CodeNeeded or TooManyAttempts.
    """
    token = secrets.token_urlsafe(32)
    shown = _shown(name)
    checked = _check_password(database, name, password, source, now=now)
    renewed = passwords.hash_password(password) if checked and passwords.is_outdated(checked) else checked
    with database.transaction() as tx:
        refused = _refusal(tx, name, checked, now=now) or _code_refusal(tx, name, code, now=now, origin=source.address)
        if refused is None:
            forget_failures(tx, shown, source)
            start_session(tx, name, token, now=now, origin=source.address, device=device)
            tx.execute(SQL["note_login"], user_name=name, now=now, password_hash=renewed)
        elif isinstance(refused, CodeNeeded) and not code:
            take_back(tx, shown, source)
        detail = {"reason": type(refused).__name__, "code": bool(code)} if refused else {}
        record(tx, shown, "login", shown, at=now, origin=source.address, success=refused is None, detail=detail)
    if refused is not None:  # raised after the commit: a refused attempt is told in the audit
        raise refused
    return token


def start_session(tx: Transaction, name: str, token: str, *, now: datetime, origin: str, device: str) -> None:
    """Let whoever brings this token be this person, for a shift. `device` is the browser, as it calls itself."""
    tx.execute(
        SQL["start_session"],
        token_hash=token_hash(token),
        user_name=name,
        now=now,
        expires_at=now + SESSION,
        origin=origin,
        device=re.sub(r"[^ -~]", "", device)[:LONGEST_DEVICE],
    )


def let_in(tx: Transaction, name: str, *, by: str, now: datetime, origin: str, device: str) -> str:
    """Return a session token for somebody who showed who they are otherwise than by a password, such as "passkey".

    Raises LoginRefused when the account is disabled, or was not used for too long.
    """
    account = tx.row(SQL["find_user"], user_name=name)
    if account is None or account["disabled"] or is_asleep(account, now):
        raise LoginRefused
    token = secrets.token_urlsafe(32)
    tx.execute(SQL["note_entry"], user_name=name, now=now)
    start_session(tx, name, token, now=now, origin=origin, device=device)
    record(tx, name, "login", name, at=now, origin=origin, detail={"by": by})
    return token


def confirm(
    database: Database,
    user: User,
    password: str,
    *,
    purpose: str,
    now: datetime,
    origin: str,
    second: Callable[[Transaction], bool] | None = None,
) -> None:
    """Check that it is this person who signs, by the password again, and whatever else `second` asks for.

    Raises LoginRefused, CodeNeeded when only `second` is missing, or TooManyAttempts.

    Wrong passwords are counted as at the login, but of this session alone: nobody outside can use them up. They
    leave an audit row of `purpose`, such as "handover.sign".
    """
    source = LoginSource(origin, session=user.session)
    checked = _check_password(database, user.name, password, source, now=now)
    with database.transaction() as tx:
        refused = _refusal(tx, user.name, checked, now=now)
        if refused is None and second is not None and not second(tx):
            refused = CodeNeeded()
        if refused is None:
            forget_failures(tx, user.name, source)
        else:
            record(tx, user.name, purpose, user.name, at=now, origin=origin, success=False)
    if refused is not None:
        raise refused


def _check_password(database: Database, name: str, password: str, source: LoginSource, *, now: datetime) -> str | None:
    """Count the attempt, then return the hash that the password fits; None when it fits none.

    Hashing takes long on purpose. No transaction is open meanwhile, and a name that does not exist
    takes as long. Raises TooManyAttempts.
    """
    with database.transaction() as tx:
        count_attempt(tx, _shown(name), source, now=now)
        found: str | None = tx.value(SQL["password_of"], user_name=name) if NAME.fullmatch(name) else None
    right = passwords.is_right(password, found or passwords.of_no_account())
    return found if right else None


def _refusal(tx: Transaction, name: str, checked: str | None, *, now: datetime) -> LoginRefused | None:
    """Return why a name is refused whose password fits `checked`; None when all is right."""
    account = tx.row(SQL["find_user"], user_name=name) if checked is not None else None
    if account is None or account["password_hash"] != checked:  # or it was changed meanwhile
        return LoginRefused()
    return LoginRefused() if account["disabled"] or _sleeps(tx, account, now) else None


def is_asleep(account: Row, now: datetime) -> bool:
    """Whether nobody used an account for a quarter of a year."""
    return bool(now - (account["last_login_at"] or account["created_at"]) > ASLEEP)


def _sleeps(tx: Transaction, account: Row, now: datetime) -> bool:
    """Disable an account that nobody used for a quarter of a year. An old door is not a way in."""
    if not is_asleep(account, now):
        return False
    tx.execute(SQL["disable_user"], user_name=account["user_name"])
    record(tx, "cityops", "user.disable", account["user_name"], at=now, origin="login", detail={"reason": "unused"})
    return True


def _code_refusal(tx: Transaction, name: str, code: str, *, now: datetime, origin: str) -> LoginRefused | None:
    """Return why the second factor is refused. Each code counts once."""
    if not second_factor.factors_of(tx, name).is_on:
        return None
    return None if second_factor.is_right_code(tx, name, code, now=now, origin=origin) else CodeNeeded()


def _shown(name: str) -> str:
    """Return what the audit and the limits may hold of a name: anything else may be a password in the wrong field."""
    return name if NAME.fullmatch(name) else NO_NAME


def user_of(tx: Transaction, token: str, *, now: datetime) -> User | None:
    """Return who holds a session token; None when it is unknown, ended, expired or idle for too long."""
    row = tx.row(SQL["session_user"], token_hash=token_hash(token), now=now, idle_since=now - IDLE)
    if row is None:
        return None
    is_due = row["issuer"] is None and now - row["password_at"] > passwords.LIFE
    must_change = row["must_change"] or is_due
    return User(row["user_name"], Role(row["role"]), scope_of(row), must_change, row["session_id"])


def touch_session(tx: Transaction, token: str, *, now: datetime) -> None:
    """Note that a person did something: the session is not idle."""
    tx.execute(SQL["touch_session"], token_hash=token_hash(token), now=now, idle_since=now - IDLE)


def log_out(tx: Transaction, token: str, *, now: datetime, origin: str) -> None:
    """End a session."""
    user_name = tx.value(SQL["end_session"], token_hash=token_hash(token))
    if user_name is not None:
        record(tx, user_name, "logout", user_name, at=now, origin=origin)


def token_hash(token: str) -> bytes:
    """Return what the database holds of a token: its SHA-256, so that a stolen table opens no door."""
    return hashlib.sha256(token.encode()).digest()


def _columns(name: str, role: Role, password: str, scope: Scope, now: datetime) -> dict[str, object]:
    return {
        "user_name": name,
        "role": role.value,
        "password_hash": passwords.hash_password(password),
        "domains": _list(scope.domains),
        "areas": _list(scope.areas),
        "now": now,
    }


def _list(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)
