"""The links of the audit chain that belong to what a pack is about, and the events that they hold. Pure.

A link's hash covers its number, its row and the hash of the link before it: docs/explanation/audit.md has the form.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from cityops.audit.anchors import Anchor
from cityops.audit.audit_chain import ChainEntry

# The fields of a row in the canonical form, by name and in their order (the view `audit_row`).
FIELDS = {
    "alert_event": ("alert_id", "at", "action", "from_state", "to_state", "actor", "reason"),
    "case_event": (
        "case_id", "seq", "at", "act", "from_state", "to_state", "actor", "post", "department", "reason", "data",
        "origin",
    ),
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ChainLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One link with its row. Without `seq`: a row that never went through the chain. Hashes are in hexadecimal."""

    source: str
    row_id: int
    seq: int | None
    previous: str | None
    hash: str | None
    fields: tuple[str, ...]

    @property
    def entry(self) -> ChainEntry:
        """The same as the proof of the chain takes it. Raises ValueError for what is no hash."""
        previous, digest = (None if text is None else bytes.fromhex(text) for text in (self.previous, self.hash))
        return ChainEntry(self.source, self.row_id, self.seq, previous, digest, self.fields)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the chain went when the pack was made."""

    seq: int
    hash: str


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file `chain.json`: the links in the order of their numbers, those without one last."""

    head: Head | None
    links: tuple[ChainLink, ...]

    @property
    def anchors(self) -> frozenset[Anchor]:
        """Through what the chain goes, as far as the section tells: its end, and each link."""
        places = [(self.head.seq, self.head.hash)] if self.head else []
        places += [(link.seq, link.hash) for link in self.links if link.seq is not None and link.hash is not None]
        return frozenset(Anchor(seq, bytes.fromhex(digest)) for seq, digest in places)


def link_of(entry: ChainEntry) -> ChainLink:
    """Return a link as packs write it."""
    previous, digest = (None if raw is None else raw.hex() for raw in (entry.previous, entry.hash))
    return ChainLink(entry.source, entry.row_id, entry.seq, previous, digest, tuple(entry.fields or ()))


def events_of(links: Iterable[ChainLink], source: str, owner: int) -> list[dict[str, Any]]:
    """Return the events of one alert (`alert_event`) or case (`case_event`), by the names of their fields.

    `at` is ISO 8601 UTC, `link` the number in the chain. Raises ValueError for rows of another form.
    """
    found = []
    for link in links:
        if link.source != source or link.fields[:1] != (str(owner),):
            continue
        named = dict(zip(FIELDS[source], link.fields, strict=True))
        named["at"] = (_EPOCH + timedelta(microseconds=int(named["at"]))).isoformat()
        found.append({"link": link.seq, **{name: value for name, value in named.items() if name != FIELDS[source][0]}})
    return found
