"""Accounts of persons: who they are, what they may see, how their accounts are stored.

What a security administrator does with accounts is in `account_admin`, what a person does with their own in
`own_account`, and how somebody logs in in `authentication`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cityops.accounts import administration
from cityops.accounts.administration import AccountAct, AccountExists
from cityops.accounts.factors import passwords
from cityops.accounts.factors.passwords import PasswordRefused
from cityops.accounts.roles import Role
from cityops.scope import WHOLE, Scope
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("cityops.storage")
NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")

AccountError = PasswordRefused  # what storing an account may raise of a person's making


@dataclass(frozen=True, slots=True)
class User:
    """A person who is logged in. `must_change`: nothing else may be done before a new password."""

    name: str
    role: Role
    scope: Scope = WHOLE
    must_change: bool = False
    session: int | None = field(default=None, compare=False)


def add_user(
    tx: Transaction,
    name: str,
    *,
    role: Role,
    password: str,
    actor: str,
    now: datetime,
    scope: Scope = WHOLE,
    origin: str = COMMAND_LINE,
) -> None:
    """Store a new account; its person changes the password at the first login.

    Raises AccountExists, AdministratorsApart, NotYourPart, OwnAccount, PasswordRefused, BadData.
    """
    passwords.check_policy(password)
    check_act(tx, AccountAct.ADD, name, actor, becomes=role)
    made = tx.execute(SQL["add_user"], **_columns(name, role, passwords.hash_password(password), scope, now))
    if not made:  # somebody else was faster
        raise AccountExists
    record(tx, actor, "user.add", name, at=now, origin=origin, detail={"role": role.value, **scope.settings})


def check_act(tx: Transaction, act: AccountAct, name: str, actor: str, *, becomes: Role | None = None) -> Row:
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
    origin: str = COMMAND_LINE,
) -> None:
    """Store an account with any password, whoever had the name: for the demo, which only its own machine can reach."""
    _store(tx, name, _columns(name, role, passwords.hash_password(password), scope, now), actor=actor, origin=origin)


def store_users(tx: Transaction, roles: Mapping[str, Role], *, password_hash: str, actor: str, now: datetime) -> None:
    """Store accounts that share a password, as `store_user` does: hashing it takes a third of a second, once."""
    for name, role in roles.items():
        _store(tx, name, _columns(name, role, password_hash, WHOLE, now), actor=actor, origin=COMMAND_LINE)


def _store(tx: Transaction, name: str, columns: dict[str, Any], *, actor: str, origin: str) -> None:
    before = tx.row(SQL["find_user"], user_name=name)
    now = columns["now"]
    remember_password(tx, name, now=now)
    tx.execute(SQL["store_user"], **columns)
    tx.execute(SQL["end_sessions_of"], user_name=name)
    after = {"role": columns["role"], **scope_of(columns).settings}
    detail = {"before": describe(before) if before else None, "after": after}
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


def _columns(name: str, role: Role, password_hash: str, scope: Scope, now: datetime) -> dict[str, Any]:
    return {
        "user_name": name,
        "role": role.value,
        "password_hash": password_hash,
        "domains": _list(scope.domains),
        "areas": _list(scope.areas),
        "now": now,
    }


def _list(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)
