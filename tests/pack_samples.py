"""A small evidence pack, made of a chain of a few events."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cityops.audit.anchors import START
from cityops.audit.audit_chain import link_hash
from sharing.evidence.chain import ChainLink, Head, Section, events_of
from sharing.evidence.manifest import CHAIN, About, PackCity, PackSubject, View, make_pack, write_json

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ABOUT = About(
    PackCity("990000", "云川市", "Yunchuan"), PackSubject("alert", 7, "7"), "2026-03-01T04:00:00+00:00", View("duty"),
    ("photographs that nobody passed",),
)  # fmt: skip
ALERT = ("7", "1772337600000000", "raise", "NORM", "UNACK", "detection", "越限 1:a,2:bc,")
FIRST = ("3", "1", "1772337660000000", "report", "", "reported", "he", "collector", "", "", "{}", "test")
SECOND = ("3", "2", "1772337720000000", "file", "reported", "filed", "zhou", "chief", "", "因为", "{}", "test")


def links(rows: Sequence[tuple[int, str, int, tuple[str, ...]]]) -> tuple[ChainLink, ...]:
    """Links of some rows (number, table, row, fields); what lies between them is some other hash."""
    made, last, before = [], 0, START
    for seq, source, row_id, fields in rows:
        previous = before if seq == last + 1 else bytes([seq]) * 32
        digest = link_hash(seq, source, row_id, previous, fields)
        made.append(ChainLink(source, row_id, seq, previous.hex(), digest.hex(), fields))
        last, before = seq, digest
    return tuple(made)


SECTION = Section(
    Head(9, "ab" * 32),
    links([(1, "alert_event", 4, ALERT), (5, "case_event", 8, FIRST), (6, "case_event", 9, SECOND)]),
)


def members(section: Section = SECTION) -> dict[str, bytes]:
    """The files of the pack."""
    return {
        "alerts/7.json": write_json({"id": 7, "events": events_of(section.links, "alert_event", 7)}),
        "cases/3.json": write_json({"id": 3, "events": events_of(section.links, "case_event", 3)}),
        "readings/G-1-gas_lel.csv": b"time,value,quality\n2026-03-01T04:00:00Z,25.0,1\n2026-03-01T04:00:10Z,26.0,3\n",
        CHAIN: write_json(section),
    }


def pack(section: Section = SECTION, key: Ed25519PrivateKey = KEY) -> bytes:
    """The file of the pack."""
    return make_pack(members(section), ABOUT, key)
