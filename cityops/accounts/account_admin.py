"""What is done to other people's accounts, by a security administrator or on the server. Every change is audited.

Whether it may be done is decided in `administration`; each act here asks it, whoever calls.
"""

from datetime import datetime

from cityops.accounts.administration import AccountAct
from cityops.accounts.authentication import SQL
from cityops.accounts.factors import passwords, second_factor
from cityops.accounts.roles import Role
from cityops.accounts.users import check_act, describe, remember_password
from cityops.scope import Scope
from cityops.storage import Row, Transaction
from cityops.storage.audit import COMMAND_LINE, record


def list_accounts(tx: Transaction, *, now: datetime) -> list[Row]:
    """Return every account: user_name, role, domains, areas, disabled, must_change, created_at, last_login_at,
    password_at, limited_until (UTC; who guesses must wait until then), issuer (None: local), second_factor, sessions
    (open ones).
    """
    return tx.rows(SQL["accounts"], now=now)


def reset_password(
    tx: Transaction, name: str, *, password: str, actor: str, now: datetime, origin: str = COMMAND_LINE
) -> None:
    """For a person who forgot theirs: a password that they change at the login. The account's sessions end.

    Raises AccountUnknown, OwnAccount, AdministratorsApart, NotYourPart, PasswordRefused.
    """
    passwords.check_policy(password)
    check_act(tx, AccountAct.PASSWORD, name, actor)
    remember_password(tx, name, now=now)
    tx.execute(SQL["reset_password"], user_name=name, password_hash=passwords.hash_password(password), now=now)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, actor, "user.password_reset", name, at=now, origin=origin)


def set_rights(
    tx: Transaction, name: str, *, role: Role, scope: Scope, actor: str, now: datetime, origin: str = COMMAND_LINE
) -> None:
    """Give an account of the business another role of it and scope; its sessions end.

    Raises AccountUnknown, OwnAccount, AdministratorsApart, NotYourPart.
    """
    before = check_act(tx, AccountAct.RIGHTS, name, actor, becomes=role)
    domains, areas = (None if part is None else list(part) for part in (scope.domains, scope.areas))
    tx.execute(SQL["set_rights"], user_name=name, role=role.value, domains=domains, areas=areas)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    detail = {"before": describe(before), "after": {"role": role.value, **scope.settings}}
    record(tx, actor, "user.rights", name, at=now, origin=origin, detail=detail)


def disable(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """Let nobody in by this account until it is unlocked. Raises as `set_rights`."""
    check_act(tx, AccountAct.DISABLE, name, actor)
    tx.execute(SQL["disable_user"], user_name=name)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, actor, "user.disable", name, at=now, origin=origin)


def unlock(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """Let a disabled account in again, and whoever was made to wait. Raises as `set_rights`."""
    before = check_act(tx, AccountAct.UNLOCK, name, actor)
    tx.execute(SQL["unlock_user"], user_name=name, now=now)
    limits = tx.execute(SQL["forget_login_limits_of"], user_name=name)
    detail = {"before": {"disabled": before["disabled"], "limits": limits}}
    record(tx, actor, "user.unlock", name, at=now, origin=origin, detail=detail)


def revoke(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> int:
    """End all sessions of an account; return how many. Raises as `set_rights`."""
    check_act(tx, AccountAct.REVOKE, name, actor)
    count = tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, actor, "session.revoke_all", name, at=now, origin=origin, detail={"sessions": count})
    return count


def drop_second_factor(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """For a person who lost phone, passkeys and codes: the password alone is enough again. Raises as `set_rights`."""
    check_act(tx, AccountAct.SECOND_FACTOR, name, actor)
    second_factor.drop_all(tx, name)
    record(tx, actor, "user.second_factor", name, at=now, origin=origin, detail={"on": False})
