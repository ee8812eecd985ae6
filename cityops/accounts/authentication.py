"""Authentication: logging in, and signing by the password once more. Every attempt is a row of `audit_log`."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from cityops.accounts.factors import passwords, second_factor
from cityops.accounts.factors.totp_secrets import CodeUncheckable, TotpCipher
from cityops.accounts.login_limits import LoginRefused, LoginSource, count_attempt, forget_failures, take_back
from cityops.accounts.tokens import start_session
from cityops.accounts.users import NAME, User
from cityops.storage import Database, Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cityops.storage")

ASLEEP = timedelta(days=90)  # who was away for a quarter of a year is asked after
NO_NAME = "(no account name)"
NO_KEY = TotpCipher()  # of whoever checks no codes


class CodeNeeded(LoginRefused):
    """The password is right. Enter the code that your authenticator shows now, or a recovery code; or use a passkey."""


def log_in(
    database: Database,
    name: str,
    password: str,
    *,
    now: datetime,
    source: LoginSource,
    code: str = "",
    device: str = "",
    cipher: TotpCipher = NO_KEY,
) -> str:
    """Return a session token for a right password, and code where the account has a second factor.

    `device` is the browser, as it calls itself; `cipher` reads the secrets of codes.
    Raises LoginRefused, CodeNeeded, CodeUncheckable or TooManyAttempts.
    """
    token = secrets.token_urlsafe(32)
    shown = _shown(name)
    checked = _check_password(database, name, password, source, now=now)
    renewed = passwords.hash_password(password) if checked and passwords.is_outdated(checked) else checked
    with database.transaction() as tx:
        refused = _refusal(tx, name, checked, now=now)
        if refused is None:
            is_right = partial(_has_code, tx, cipher, name, code, now=now, origin=source.address)
            refused = _code_refusal(is_right)
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

    Raises LoginRefused, CodeNeeded when only `second` is missing, CodeUncheckable, or TooManyAttempts.

    Wrong passwords are counted as at the login, but of this session alone: nobody outside can use them up. They
    leave an audit row of `purpose`, such as "handover.sign".
    """
    source = LoginSource(origin, session=user.session)
    checked = _check_password(database, user.name, password, source, now=now)
    with database.transaction() as tx:
        refused = _refusal(tx, user.name, checked, now=now)
        if refused is None and second is not None:
            refused = _code_refusal(partial(second, tx))
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


def _has_code(tx: Transaction, cipher: TotpCipher, name: str, code: str, *, now: datetime, origin: str) -> bool:
    """Whether an account has no second factor, or this code of it. Each code counts once. Raises CodeUncheckable."""
    if not second_factor.factors_of(tx, name).is_on:
        return True
    return second_factor.is_right_code(tx, cipher, name, code, now=now, origin=origin)


def _code_refusal(is_right: Callable[[], bool]) -> LoginRefused | None:
    """Return why the second factor is refused."""
    try:
        return None if is_right() else CodeNeeded()
    except CodeUncheckable as refused:
        return refused


def _shown(name: str) -> str:
    """Return what the audit and the limits may hold of a name: anything else may be a password in the wrong field."""
    return name if NAME.fullmatch(name) else NO_NAME
