"""The tokens with which walls look, and do nothing else.

A token is printed once; the database holds only its SHA-256, so a stolen table opens no door.
"""

import secrets
from datetime import datetime

from cityops.accounts.authentication import token_hash
from cityops.errors import CityOpsError
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cityops.storage")


class WallTokenUnknown(CityOpsError):
    """No wall of this name has a token in use. `cityops user wall-list` shows them."""


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
