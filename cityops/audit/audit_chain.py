"""The proof of the audit chain: recompute every link, and name each row that is not what it was. Pure.

A link's hash covers its number, its row and the hash of the link before it; the head says where the chain ends.
docs/explanation/audit.md says what that proves, and what only an anchor kept elsewhere can.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cityops.audit.anchors import START, Anchor


class ChainFault(StrEnum):
    """What is wrong at one place of the chain."""

    CHANGED = "changed"  # the row, or its link, is not what was written; also one that was put elsewhere
    REMOVED = "removed"  # the link is there, its row is not
    INSERTED = "inserted"  # a row that never went through the chain
    MISSING_LINK = "missing link"  # numbers are left out: rows and links were removed together
    MISPLACED = "misplaced"  # the link does not follow the one before it: reordered, or rewritten up to here
    CUT_OFF = "cut off"  # the chain ends elsewhere than its head says
    NOT_AT_ANCHOR = "not at its anchor"  # the chain is another one than when the anchor was noted


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """A row with its link, side by side; either may be missing."""

    source: str  # the table
    row_id: int
    seq: int | None = None
    previous: bytes | None = None
    hash: bytes | None = None
    fields: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """One thing that is wrong, and where."""

    trouble: ChainFault
    place: str


def link_hash(seq: int, source: str, row_id: int, previous: bytes, fields: Iterable[str]) -> bytes:
    """Return the hash of a link: SHA-256 over each part as its length in bytes, a colon, itself, a comma."""
    parts = [part.encode() for part in (str(seq), source, str(row_id), previous.hex(), *fields)]
    return hashlib.sha256(b"".join(b"%d:%b," % (len(part), part) for part in parts)).digest()


def verify(
    entries: Iterable[ChainEntry], head: Anchor | None, *, anchors: Collection[Anchor] = ()
) -> Iterator[ChainFinding]:
    """Yield everything that is wrong with a chain; nothing when it is whole.

    Entries come in order of their numbers, those without a link last. `anchors` are those that were noted earlier.
    """
    last = Anchor(0, START)
    missed = set(anchors) - {last}
    for entry in entries:
        if entry.seq is None or entry.previous is None or entry.hash is None:
            yield ChainFinding(ChainFault.INSERTED, _row(entry))
            continue
        yield from _check_link(entry, last)
        last = Anchor(entry.seq, entry.hash)
        missed.discard(last)
    if head is None:
        yield ChainFinding(ChainFault.CUT_OFF, "the head of the chain is gone")
    elif head != last:
        yield ChainFinding(ChainFault.CUT_OFF, f"the chain ends at {last.seq}, its head says {head.seq}")
    for anchor in sorted(missed, key=lambda one: one.seq):
        yield ChainFinding(ChainFault.NOT_AT_ANCHOR, f"number {anchor.seq}")


def verify_section(entries: Iterable[ChainEntry]) -> Iterator[ChainFinding]:
    """Yield what is wrong with some links of a chain, in the order of their numbers; others may lie between them."""
    last = Anchor(0, START)
    for entry in entries:
        if entry.seq is None or entry.previous is None or entry.hash is None:
            yield ChainFinding(ChainFault.INSERTED, _row(entry))
            continue
        is_next = entry.seq == last.seq + 1
        if entry.seq <= last.seq or (is_next and entry.previous != last.hash):
            yield ChainFinding(ChainFault.MISPLACED, f"number {entry.seq}, {_row(entry)}")
        yield from _check_row(entry)
        last = Anchor(entry.seq, entry.hash)


def _check_link(entry: ChainEntry, last: Anchor) -> Iterator[ChainFinding]:
    seq, previous = entry.seq or 0, entry.previous or b""
    if seq > last.seq + 1:
        yield ChainFinding(ChainFault.MISSING_LINK, f"numbers {last.seq + 1} to {seq - 1}")
    elif seq != last.seq + 1 or previous != last.hash:
        yield ChainFinding(ChainFault.MISPLACED, f"number {seq}, {_row(entry)}")
    yield from _check_row(entry)


def _check_row(entry: ChainEntry) -> Iterator[ChainFinding]:
    seq, previous = entry.seq or 0, entry.previous or b""
    if entry.fields is None:
        yield ChainFinding(ChainFault.REMOVED, f"number {seq}, {_row(entry)}")
    elif link_hash(seq, entry.source, entry.row_id, previous, entry.fields) != entry.hash:
        yield ChainFinding(ChainFault.CHANGED, f"number {seq}, {_row(entry)}")


def _row(entry: ChainEntry) -> str:
    return f"row {entry.row_id} of {entry.source}"
