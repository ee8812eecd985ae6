"""Being a witness: what other cities show us of their audit chains is kept, and countersigned when it fits."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cityops.audit.anchors import Anchor
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record
from sharing.errors import WitnessRefused
from sharing.evidence.countersignatures import countersign

SQL = load_queries("sharing")


def witness(
    tx: Transaction,
    anchor: Anchor,
    *,
    asked_by: str,
    key: Ed25519PrivateKey,
    now: datetime,
    origin: str = COMMAND_LINE,
) -> bytes:
    """Keep how far a chain goes and return the countersignature; of what was seen before, the one that it had.

    Raises WitnessRefused where the chain is not the one that was shown before: another hash at the same number, or an
    end that lies before one that was seen.
    """
    tx.execute(SQL["lock_witness"], asked_by=asked_by)
    newest = tx.value(SQL["newest_witnessed"], asked_by=asked_by)
    known = tx.row(SQL["find_witnessed"], asked_by=asked_by, seq=anchor.seq)
    if known is not None:
        if bytes(known["hash"]) != anchor.hash:
            raise WitnessRefused
        return countersign(anchor, asked_by=asked_by, seen_at=known["seen_at"], key=key)
    if newest is not None and anchor.seq < newest:
        raise WitnessRefused
    seen_at = now.replace(microsecond=0)
    tx.execute(SQL["store_witnessed"], asked_by=asked_by, seq=anchor.seq, hash=anchor.hash, now=seen_at)
    record(tx, asked_by, "chain.countersign", asked_by, at=now, origin=origin, detail={"anchor": str(anchor)})
    return countersign(anchor, asked_by=asked_by, seen_at=seen_at, key=key)
