"""The keys of programs that send reports by Open311. A key is told once; the database holds only its SHA-256."""

import secrets
from datetime import datetime

from cityops.accounts.tokens import token_hash
from cityops.accounts.users import NAME
from cityops.errors import CityOpsError
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("portal")
PREFIX = "cityops_open311_"  # by which a leaked key is recognised


class KeyNameUnusable(CityOpsError):
    """The name cannot be used. Use small letters, digits, dots and dashes, a letter first."""


class KeyUnknown(CityOpsError):
    """There is no key of this name in use. `cityops portal-key list` shows them."""


def add_key(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> str:
    """Make a key in place of one of the same name, and return it. Raises KeyNameUnusable."""
    if not NAME.fullmatch(name):
        raise KeyNameUnusable
    key = PREFIX + secrets.token_urlsafe(32)
    tx.execute(SQL["store_key"], name=name, key_hash=token_hash(key), actor=actor, now=now)
    record(tx, actor, "portal_key.add", name, at=now, origin=origin)
    return key


def revoke_key(tx: Transaction, name: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """End a key. Raises KeyUnknown."""
    if not tx.execute(SQL["revoke_key"], name=name, now=now):
        raise KeyUnknown
    record(tx, actor, "portal_key.revoke", name, at=now, origin=origin)


def list_keys(tx: Transaction) -> list[Row]:
    """Return all keys: key_name, created_at, created_by, revoked_at (UTC)."""
    return tx.rows(SQL["keys"])
