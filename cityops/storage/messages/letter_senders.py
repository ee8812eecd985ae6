"""Who sends what cannot be stored: how much of it is kept, counted and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cityops.storage.database import Transaction
from cityops.storage.messages.dead_letters import LONGEST_FIELD, LONGEST_REASON, DeadLetter, storable_text
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")

STEP = 500  # letters forgotten in one transaction


@dataclass(slots=True)
class LetterSender:
    """What a batch adds to a sender (see the table), and the last letter of it."""

    sensor_id: str
    spent: float = 0.0  # letters of the hour's allowance
    kept: int = 0
    counted: int = 0
    bytes: int = 0
    last: DeadLetter | None = None


def known_letters(tx: Transaction, letters: Sequence[DeadLetter]) -> set[int]:
    """Return which of these are stored already (topic, payload and field), by their places."""
    if not letters:
        return set()
    rows = tx.rows(
        SQL["known_letters"],
        topics=[storable_text(letter.topic) for letter in letters],
        payloads=[letter.payload for letter in letters],
        fields=[storable_text(letter.field[:LONGEST_FIELD]) for letter in letters],
    )
    return {row["position"] for row in rows}


def lock_senders(tx: Transaction, sensor_ids: set[str]) -> dict[str, tuple[float, datetime]]:
    """Return what these have spent and at which moment (UTC); no other worker changes it before this is committed."""
    rows = tx.rows(SQL["lock_senders"], senders=sorted(sensor_ids))
    return {row["sensor_id"]: (row["spent"], row["spent_at"]) for row in rows}


def letters_size(tx: Transaction) -> int:
    """Return how many bytes all letters take, about."""
    return int(tx.value(SQL["letters_size"]))


def note_senders(tx: Transaction, senders: Sequence[LetterSender], now: datetime) -> None:
    """Add a batch to its senders, none of which may come twice."""
    if senders:
        last = [(sender.last.field, sender.last.reason) if sender.last else ("", "") for sender in senders]
        tx.execute(
            SQL["note_senders"],
            senders=[sender.sensor_id for sender in senders],
            kept=[sender.kept for sender in senders],
            counted=[sender.counted for sender in senders],
            bytes=[sender.bytes for sender in senders],
            spent=[sender.spent for sender in senders],
            fields=[storable_text(field[:LONGEST_FIELD]) for field, _ in last],
            reasons=[storable_text(reason[:LONGEST_REASON]) for _, reason in last],
            now=now,
        )


def worst_senders(tx: Transaction, *, limit: int = 100) -> "pd.DataFrame":
    """Return who sends what cannot be stored, the most first, and everybody who is blocked.

    Columns: sensor_id ("" for topics that name none), name (None where not registered), kept, counted (letters),
    bytes, last_at (UTC), last_field, last_reason, blocked_by, blocked_at (UTC), blocked_reason, refused (messages).
    """
    return tx.frame(SQL["worst_senders"], limit=limit)


def forget_letters(tx: Transaction, *, age: timedelta | None, most_bytes: int | None, now: datetime) -> bool:
    """Forget a step of the letters that are too old or too many. Return whether there may be more; None is no limit."""
    gone = 0
    if age is not None:
        gone = tx.value(SQL["forget_letters"], before=now - age, step=STEP)
        tx.execute(SQL["forget_senders"], before=now - age)
    if most_bytes is not None and gone < STEP and letters_size(tx) > most_bytes:
        gone = tx.value(SQL["forget_letters"], before=None, step=STEP)
        if not gone:
            tx.execute(SQL["no_letters_left"])
    return bool(gone)
