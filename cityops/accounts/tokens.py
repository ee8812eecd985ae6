"""Tokens: of a session of a person, of a program that acts in the role of one, and of a wall, which looks, no more.

A token is told once; the database holds only its SHA-256, so a stolen table opens no door. What a program does is
audited under the token's name.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from cityops.accounts.factors import passwords
from cityops.accounts.roles import Role
from cityops.accounts.users import NAME, User, scope_of
from cityops.errors import CityOpsError
from cityops.scope import WHOLE, Scope
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("cityops.storage")
PREFIX = "cityops_"  # by which a leaked token is recognised
IDLE = timedelta(minutes=30)  # idle sessions end
SESSION = timedelta(hours=12)  # one shift
LONGEST_DEVICE = 200


class TokenError(CityOpsError):
    """The token cannot be stored. Use small letters, digits, dots and dashes, a later end, no administrator's role."""


class TokenInUse(CityOpsError):
    """A token of this name is in use. Revoke it first, or choose another name."""


class TokenUnknown(CityOpsError):
    """There is no token of this name in use. `cityops token list` shows them."""


class WallTokenUnknown(CityOpsError):
    """No wall of this name has a token in use. `cityops user wall-list` shows them."""


def token_hash(token: str) -> bytes:
    """Return what the database holds of a token: its SHA-256, so that a stolen table opens no door."""
    return hashlib.sha256(token.encode()).digest()


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


def add_token(
    tx: Transaction,
    name: str,
    *,
    role: Role,
    actor: str,
    now: datetime,
    scope: Scope = WHOLE,
    expires_at: datetime | None = None,
    replace: bool = True,
    origin: str = COMMAND_LINE,
) -> str:
    """Make a token, good until `expires_at` (None: until it is revoked), and return it.

    One of the same name ends where `replace` says so. Raises TokenError, and TokenInUse where it does not.
    """
    if not NAME.fullmatch(name) or role.is_administrator or (expires_at is not None and expires_at <= now):
        raise TokenError
    token = PREFIX + secrets.token_urlsafe(32)
    domains, areas = (None if part is None else list(part) for part in (scope.domains, scope.areas))
    stored = tx.execute(
        SQL["store_api_token"],
        token_hash=token_hash(token),
        name=name,
        role=role.value,
        domains=domains,
        areas=areas,
        actor=actor,
        now=now,
        expires_at=expires_at,
        replace=replace,
    )
    if not stored:
        raise TokenInUse
    end = {} if expires_at is None else {"expires_at": expires_at.isoformat()}
    detail = {"role": role.value, **scope.settings, **end}
    record(tx, actor, "api_token.add", name, at=now, origin=origin, detail=detail)
    return token


def revoke_token(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """End a token. Raises TokenUnknown."""
    if not tx.execute(SQL["revoke_api_token"], name=name, now=now):
        raise TokenUnknown
    record(tx, actor, "api_token.revoke", name, at=now, origin=origin)


def list_tokens(tx: Transaction) -> list[Row]:
    """Return every token: name, role, domains, areas (lists; None: all), created_by, and moments in UTC.

    They are created_at, expires_at (None: no end) and revoked_at (None: not revoked).
    """
    return tx.rows(SQL["api_tokens"])


def token_user(tx: Transaction, token: str, *, now: datetime) -> User | None:
    """Return who a token acts as; None when it is unknown, revoked or past its end."""
    row = tx.row(SQL["api_token_user"], token_hash=token_hash(token), now=now)
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
