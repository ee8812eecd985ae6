"""The audit log: who did what, when, from where, and whether it worked. Rows are only ever added, and chained."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from cityops.audit.anchors import START, Anchor
from cityops.audit.audit_chain import ChainEntry, ChainFinding, verify
from cityops.errors import CityOpsError
from cityops.storage.database import Row, Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")
COMMAND_LINE = "command line"  # where an act comes from that no browser sent


class ChainBroken(CityOpsError):
    """Keep this database as it is, restore a backup beside it, and compare the rows named above."""


def record(
    tx: Transaction,
    actor: str,
    action: str,
    subject: str,
    *,
    at: datetime,
    origin: str = COMMAND_LINE,
    success: bool = True,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one row, in the transaction of what it records: if it cannot be written, nothing happens."""
    tx.execute(
        SQL["record_audit"],
        at=at,
        actor=actor,
        action=action,
        object=subject,
        success=success,
        origin=origin,
        detail=msgspec.json.encode(detail or {}).decode(),
    )


def audit_page(
    tx: Transaction, begins: Mapping[str, str], *, since: datetime, most: int, below: int | None = None
) -> list[Row]:
    """Return the newest rows: audit_id, at (UTC), actor, action, object, success, origin, detail (JSON).

    `begins` says with what actor, action and object begin; "" fits all. `below`: only rows with lower numbers, which
    is the next page of a list that ended with this one.
    """
    return tx.rows(SQL["audit_page"], **begins, since=since, most=most, below=below)


def verify_chain(tx: Transaction, *, anchors: Collection[Anchor] = ()) -> tuple[list[ChainFinding], Anchor | None]:
    """Check every link, first thing in a transaction. Return what is wrong, and the head of the chain.

    `anchors` were noted earlier: the chain must go through each.

    Memory stays flat however long the chain is.
    """
    tx.execute(SQL["steady_view"])
    head = audit_head(tx)
    return list(verify(read_entries(tx), head, anchors=anchors)), head


def audit_head(tx: Transaction) -> Anchor | None:
    """Return where the chain ends: what to note outside of the database. None: somebody removed it."""
    row = tx.row(SQL["audit_head"])
    return Anchor(row["seq"], bytes(row["hash"])) if row is not None else None


def goes_through(tx: Transaction, anchor: Anchor) -> bool:
    """Whether the chain has this very link, as far as the link itself says: quick, and no proof of what is before."""
    found = tx.value(SQL["audit_hash_at"], seq=anchor.seq) if anchor.seq else START
    return _bytes(found) == anchor.hash


def read_entries(tx: Transaction) -> Iterator[ChainEntry]:
    """Yield the chain in order, each link beside its row."""
    for piece in tx.pieces(SQL["audit_chain"], size=5_000):
        for source, row_id, seq, previous, link, fields in piece:
            yield ChainEntry(source, row_id, seq, _bytes(previous), _bytes(link), fields)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
