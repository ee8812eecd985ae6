"""Tokens with which other programs use the API, each with the role of a person and a name that the audit shows.

A token is printed once; the database holds only its SHA-256.
"""

import re
import secrets
from datetime import datetime

from cityops.accounts.authentication import Role, User, scope_of, token_hash
from cityops.errors import CityOpsError
from cityops.scope import WHOLE, Scope
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cityops.storage")
PREFIX = "cityops_"  # by which a leaked token is recognised
NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")


class TokenError(CityOpsError):
    """The token cannot be stored. Its name has small letters, digits, dots and dashes; no administrator has one."""


class TokenUnknown(CityOpsError):
    """There is no token of this name in use. `cityops token list` shows them."""


def add_token(tx: Transaction, name: str, *, role: Role, actor: str, now: datetime, scope: Scope = WHOLE) -> str:
    """Make a token and return it; one of the same name ends. Raises TokenError."""
    if not NAME.fullmatch(name) or role.is_administrator:
        raise TokenError
    token = PREFIX + secrets.token_urlsafe(32)
    domains, areas = (None if part is None else list(part) for part in (scope.domains, scope.areas))
    tx.execute(
        SQL["store_api_token"],
        token_hash=token_hash(token),
        name=name,
        role=role.value,
        domains=domains,
        areas=areas,
        actor=actor,
        now=now,
    )
    record(tx, actor, "api_token.add", name, at=now, detail={"role": role.value, **scope.settings})
    return token


def revoke_token(tx: Transaction, name: str, *, actor: str, now: datetime) -> None:
    """End a token. Raises TokenUnknown."""
    if not tx.execute(SQL["revoke_api_token"], name=name, now=now):
        raise TokenUnknown
    record(tx, actor, "api_token.revoke", name, at=now)


def list_tokens(tx: Transaction) -> list[Row]:
    """Return every token: name, role, domains, areas (lists; None: all), created_at, created_by, revoked_at (UTC)."""
    return tx.rows(SQL["api_tokens"])


def token_user(tx: Transaction, token: str) -> User | None:
    """Return who a token acts as; None when it is unknown or revoked."""
    row = tx.row(SQL["api_token_user"], token_hash=token_hash(token))
    return User(f"api:{row['name']}", Role(row["role"]), scope_of(row)) if row else None
