"""The shift log and the handover sheets in the database. All of it is append-only and audited.

Two people sign a sheet: the outgoing officer, for whom it is composed, and then another one. Each signature is
conditional on what the person saw, so that of two at once one wins, and the other learns the name.

In a scope (see decision 0018) the draft is of this part of the city, notes are those of officers who see no more,
sheets are known by their signatures only, and none can be signed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from alerts.board import alert_reader
from alerts.shift import handover
from alerts.shift.handover_sheet import HandoverSheet, Note, Place, ShiftCount
from cityops.errors import CityOpsError
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record
from cityops.storage.devices.ledger import presence_frame

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("alerts")
LONGEST_NOTE = 2000  # characters
SIGN = "handover.sign"  # the actions of the audit log
RECEIVE = "handover.receive"


class SignedFirst(CityOpsError):
    """Somebody else signed first. Look at the sheet that is there now."""

    def __init__(self, winner: str) -> None:
        super().__init__(f"{winner} signed first. Look at the sheet that is there now.")
        self.winner = winner


class SamePerson(CityOpsError):
    """Whoever hands over cannot take over. The incoming officer logs in and signs."""


class SheetUnknown(CityOpsError):
    """There is no such sheet. Look at the list again."""


class NoteRefused(CityOpsError):
    """A note has 1 to 2000 characters. Write it again."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signed a sheet, and when (UTC). Nobody may have taken it yet."""

    handover_id: int
    outgoing: str
    signed_at: datetime
    incoming: str | None = None
    received_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether the second signature is missing."""
        return self.incoming is None


@dataclass(frozen=True, slots=True)
class Handover:
    """A signed sheet. `text` is the sheet as it is stored, whose SHA-256 is the fingerprint."""

    signatures: Signatures
    sheet: HandoverSheet
    text: str
    fingerprint: str


def write_note(tx: Transaction, words: str, *, author: str, now: datetime, origin: str) -> int:
    """Write something down for the shift; return its number. Raises NoteRefused when it is empty or too long."""
    kept = words.strip()
    if not kept or len(kept) > LONGEST_NOTE:
        raise NoteRefused
    tx.execute(SQL["lock_handover"])
    number = int(tx.value(SQL["add_note"], at=now, author=author, words=kept))
    record(tx, author, "shift.note", str(number), at=now, origin=origin, detail={"words": kept})
    return number


def draft(tx: Transaction, *, place: Place, now: datetime) -> HandoverSheet:
    """Return the sheet as it would be signed now. It goes back to the last one that somebody has taken."""
    taken = tx.row(SQL["last_taken"]) or {"signed_at": now - handover.SHIFT, "last_note": 0}
    return handover.compose(
        alert_reader.open_alerts(tx),
        presence_frame(tx, now).merge(tx.frame(SQL["sensor_labels"]), on="sensor_id"),
        notes=tuple(Note(**row) for row in tx.rows(SQL["notes_after"], last_note=taken["last_note"])),
        tally=ShiftCount(**(tx.row(SQL["shift_tally"], since=taken["signed_at"], until=now) or {})),
        place=place,
        since=taken["signed_at"],
        now=now,
    )


def sign(tx: Transaction, *, seen: int | None, actor: str, place: Place, now: datetime, origin: str) -> int:
    """Compose the sheet of this moment and sign it as the outgoing officer; return its number.

    `seen` is the newest sheet that the person saw. Raises SignedFirst when there is a newer one by now, or when
    that one, of somebody else, still waits to be taken. One's own may be signed anew: the newer one counts.
    """
    tx.execute(SQL["lock_handover"])
    newest = latest(tx)
    if newest is not None and (newest.handover_id != seen or (newest.waits and newest.outgoing != actor)):
        raise SignedFirst(newest.outgoing)
    sheet = draft(tx, place=place, now=now)
    (signed,) = tx.rows(
        SQL["sign_sheet"],
        previous=newest.handover_id if newest else None,
        outgoing=actor,
        signed_at=now,
        last_note=tx.value(SQL["last_note"]),
        sheet=msgspec.json.encode(sheet).decode(),
    )
    number = int(signed["handover_id"])
    record(tx, actor, SIGN, str(number), at=now, origin=origin, detail={"fingerprint": signed["fingerprint"]})
    return number


def receive(tx: Transaction, handover_id: int, *, actor: str, now: datetime, origin: str) -> None:
    """Sign the newest sheet as the incoming officer.

    Raises SignedFirst when somebody took it before or signed a newer one, SamePerson, SheetUnknown.
    """
    tx.execute(SQL["lock_handover"])
    newest = latest(tx)
    if newest is None:
        raise SheetUnknown
    if newest.handover_id != handover_id or not newest.waits:
        raise SignedFirst(newest.incoming or newest.outgoing)
    if newest.outgoing == actor:
        raise SamePerson
    tx.execute(SQL["receive_sheet"], handover_id=handover_id, outgoing=newest.outgoing, incoming=actor, received_at=now)
    detail = {"fingerprint": find(tx, handover_id).fingerprint, "from": newest.outgoing}
    record(tx, actor, RECEIVE, str(handover_id), at=now, origin=origin, detail=detail)


def raised_since(tx: Transaction, moment: datetime, *, now: datetime) -> int:
    """Return how many alerts were raised after a sheet was signed."""
    return int((tx.row(SQL["shift_tally"], since=moment, until=now) or {})["raised"])


def latest(tx: Transaction) -> Signatures | None:
    """Return who signed the newest sheet; None before the first."""
    row = tx.row(SQL["latest_handover"])
    return _signatures(row) if row else None


def find(tx: Transaction, handover_id: int) -> Handover:
    """Return one sheet. Raises SheetUnknown."""
    row = tx.row(SQL["find_handover"], handover_id=handover_id)
    if row is None:
        raise SheetUnknown
    sheet = msgspec.json.decode(row["sheet"], type=HandoverSheet)
    return Handover(_signatures(row), sheet, row["sheet"], row["fingerprint"])


def past(tx: Transaction, *, limit: int) -> "pd.DataFrame":
    """Return the newest sheets: handover_id, outgoing, signed_at, incoming, received_at (UTC), newest (bool)."""
    return tx.frame(SQL["past_handovers"], limit=limit)


def _signatures(row: Row) -> Signatures:
    return Signatures(**{name: row[name] for name in Signatures.__slots__})
