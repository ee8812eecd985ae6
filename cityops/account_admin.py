"""What a security administrator does with accounts. Nobody changes their own, and every change is audited."""

from datetime import datetime

from cityops.accounts import NAME, SQL, describe
from cityops.errors import CityOpsError
from cityops.roles import Role
from cityops.scope import Scope
from cityops.storage import Row, Transaction
from cityops.storage.audit import record


class AccountUnknown(CityOpsError):
    """There is no account of this name. `cityops user list` shows them."""


class OwnAccount(CityOpsError):
    """Nobody changes the rights of their own account. Ask another security administrator."""


def list_accounts(tx: Transaction, *, now: datetime) -> list[Row]:
    """Return every account: user_name, role, domains, areas, disabled, locked_until, must_change, created_at,
    last_login_at, password_at (UTC), second_factor, sessions (open ones).
    """
    return tx.rows(SQL["accounts"], now=now)


def set_rights(
    tx: Transaction, name: str, *, role: Role, scope: Scope, actor: str, now: datetime, origin: str = "command line"
) -> None:
    """Give an account another role and scope; its sessions end. Raises AccountUnknown, OwnAccount."""
    before = _find(tx, name, actor)
    domains, areas = (None if part is None else list(part) for part in (scope.domains, scope.areas))
    tx.execute(SQL["set_rights"], user_name=name, role=role.value, domains=domains, areas=areas)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    detail = {"before": describe(before), "after": {"role": role.value, **scope.settings}}
    record(tx, actor, "user.rights", name, at=now, origin=origin, detail=detail)


def disable(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = "command line") -> None:
    """Let nobody in by this account until it is unlocked. Raises AccountUnknown, OwnAccount."""
    _find(tx, name, actor)
    tx.execute(SQL["disable_user"], user_name=name)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, actor, "user.disable", name, at=now, origin=origin)


def unlock(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = "command line") -> None:
    """Let a locked or disabled account in again. Raises AccountUnknown, OwnAccount."""
    before = _find(tx, name, actor)
    tx.execute(SQL["unlock_user"], user_name=name, now=now)
    detail = {"before": {"disabled": before["disabled"], "locked": before["locked_until"] is not None}}
    record(tx, actor, "user.unlock", name, at=now, origin=origin, detail=detail)


def revoke(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = "command line") -> int:
    """End all sessions of an account; return how many. Raises AccountUnknown."""
    if not NAME.fullmatch(name) or tx.row(SQL["find_user"], user_name=name) is None:
        raise AccountUnknown
    count = tx.execute(SQL["end_sessions_of"], user_name=name)
    record(tx, actor, "session.revoke_all", name, at=now, origin=origin, detail={"sessions": count})
    return count


def drop_second_factor(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = "command line") -> None:
    """For a person who lost their phone: the password alone is enough again. Raises AccountUnknown, OwnAccount."""
    _find(tx, name, actor)
    tx.execute(SQL["set_second_factor"], user_name=name, secret=None, step=None)
    record(tx, actor, "user.second_factor", name, at=now, origin=origin, detail={"on": False})


def _find(tx: Transaction, name: str, actor: str) -> Row:
    found = tx.row(SQL["find_user"], user_name=name) if NAME.fullmatch(name) else None
    if found is None:
        raise AccountUnknown
    if name == actor:
        raise OwnAccount
    return found
