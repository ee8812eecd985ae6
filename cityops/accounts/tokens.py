"""Tokens: with an API token another program acts in the role of a person, with a wall token a wall looks, no more.

A token is printed once; the database holds only its SHA-256, so a stolen table opens no door. What a program does is
audited under the token's name. The tokens of sessions are in `authentication`.
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


class WallTokenUnknown(CityOpsError):
    """No wall of this name has a token in use. `cityops user wall-list` shows them."""


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


def issue_wall_token(tx: Transaction, name: str, *, actor: str, now: datetime) -> str:
    """Make a read-only token for one wall, replacing the one of the same name."""
    token = secrets.token_urlsafe(24)
    tx.execute(SQL["store_wall_token"], token_hash=token_hash(token), name=name, now=now)
    record(tx, actor, "wall_token.issue", name, at=now)
    return token


def revoke_wall_token(tx: Transaction, name: str, *, actor: str, now: datetime) -> None:
    """End the token of a wall; an open wall is closed within seconds. Raises WallTokenUnknown."""
    if not tx.execute(SQL["revoke_wall_token"], name=name, now=now):
        raise WallTokenUnknown
    record(tx, actor, "wall_token.revoke", name, at=now)


def list_wall_tokens(tx: Transaction) -> list[Row]:
    """Return every wall's token: name, created_at, revoked_at (UTC)."""
    return tx.rows(SQL["wall_tokens"])


def is_wall_token(tx: Transaction, token: str) -> bool:
    """Whether a wall may look with this token."""
    return bool(tx.value(SQL["is_wall_token"], token_hash=token_hash(token)))
