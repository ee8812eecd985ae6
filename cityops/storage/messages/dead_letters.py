"""Messages that could not be stored, kept whole with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from cityops.devices.topics import named_sensor
from cityops.storage.database import Row, Transaction
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")

# Characters that are kept. A level of the topic is in an index, whose rows have at most 2,704 bytes, and a device may
# send a topic of 65,535: one that is longer than this names no sensor, so nothing is lost that could be stored.
LONGEST_TOPIC = 500
LONGEST_FIELD = 200
LONGEST_REASON = 1_000
_BEGINNING = 1_000  # bytes of a payload that the database does not take


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message as it came, the field that is wrong, and why.

    `retained`: the broker kept it, and repeats it. `again`: it was a letter before, and was replayed.
    """

    received_at: datetime
    topic: str
    payload: bytes
    field: str
    reason: str
    retained: bool = False
    again: bool = False

    @property
    def sender(self) -> str:
        """The sensor that the topic names, "" where it names none."""
        return named_sensor(self.topic)


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A dead letter in the database."""

    letter_id: int
    letter: DeadLetter
    replayed_at: datetime | None = None


def write_dead_letters(tx: Transaction, letters: Iterable[DeadLetter]) -> None:
    """Keep messages that cannot be stored, in one statement: there may be thousands."""
    rows = list(letters)
    if rows:
        tx.execute(
            SQL["write_dead_letters"],
            received=[letter.received_at for letter in rows],
            topics=[cut(storable_text(letter.topic), LONGEST_TOPIC) for letter in rows],
            payloads=[letter.payload for letter in rows],
            fields=[cut(storable_text(letter.field), LONGEST_FIELD) for letter in rows],
            reasons=[cut(storable_text(letter.reason), LONGEST_REASON) for letter in rows],
            senders=[letter.sender for letter in rows],
        )


def shorten(letter: DeadLetter) -> DeadLetter:
    """Return a letter that any database takes, for one that is refused itself: with the beginning of its payload."""
    size = len(letter.payload)
    reason = f"{letter.reason[: LONGEST_REASON // 2]} Of its {size} bytes the first {min(size, _BEGINNING)} are kept."
    return replace(letter, payload=letter.payload[:_BEGINNING], reason=reason)


def dead_letter_frame(tx: Transaction, *, limit: int = 100) -> "pd.DataFrame":
    """Return the newest dead letters.

    Columns: dead_letter_id, received_at (UTC), topic, payload (first 200 bytes), field, reason,
    replayed_at (UTC, NaT while it was not).
    """
    return tx.frame(SQL["dead_letter_frame"], limit=limit)


def count_dead_letters(tx: Transaction, *, since: datetime) -> int:
    """Return how many messages could not be stored since a moment."""
    count: int = tx.value(SQL["count_dead_letters"], since=since)
    return count


def waiting_letters(tx: Transaction, sensors: Iterable[str], *, limit: int) -> list[StoredLetter]:
    """Return what these sensors said before they were registered, oldest first."""
    return [_stored(row) for row in tx.rows(SQL["waiting_letters"], sensors=list(sensors), limit=limit)]


def open_letters(
    tx: Transaction, *, after: int, until: int, limit: int, field: str = "", sensor: str = ""
) -> list[StoredLetter]:
    """Return the letters with ids beyond `after` up to `until` that were not replayed, oldest first."""
    rows = tx.rows(SQL["open_letters"], after=after, until=until, limit=limit, field=field, sensor=sensor)
    return [_stored(row) for row in rows]


def ask_replay(tx: Transaction, field: str, now: datetime) -> int:
    """Ask ingest to process the open letters with this field at fault once more. Return how many there are."""
    return tx.execute(SQL["ask_replay"], field=field, now=now)


def take_asked_letters(tx: Transaction, *, limit: int) -> list[StoredLetter]:
    """Return letters that somebody asked to be processed once more, oldest first, and nobody else's any longer."""
    return sorted(map(_stored, tx.rows(SQL["take_asked_letters"], limit=limit)), key=lambda stored: stored.letter_id)


def newest_letter(tx: Transaction) -> int:
    """Return the id of the newest letter, 0 where there is none."""
    return int(tx.value(SQL["newest_letter"]))


def find_letter(tx: Transaction, letter_id: int) -> StoredLetter | None:
    """Return one letter, whole, or None."""
    row = tx.row(SQL["letter"], letter=letter_id)
    return None if row is None else _stored(row)


def mark_replayed(tx: Transaction, letter_ids: Iterable[int], now: datetime) -> None:
    """Note that letters were processed again. What still could not be stored has become a new letter."""
    tx.execute(SQL["mark_replayed"], letters=list(letter_ids), now=now)


def letter_groups(tx: Transaction) -> "pd.DataFrame":
    """Return what is wrong with the letters that were not replayed, the most frequent first.

    Columns: field, count, oldest, newest (UTC), newest_id, newest_reason, asked (whether ingest will replay them).
    """
    return tx.frame(SQL["letter_groups"])


def cut(text: str, longest: int) -> str:
    """Return a text, or its beginning with a sign that there was more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def storable_text(text: str) -> str:
    """Return a text that PostgreSQL can hold: without NUL, and without halves of characters."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def _stored(row: Row) -> StoredLetter:
    letter = DeadLetter(row["received_at"], row["topic"], bytes(row["payload"]), row["field"], row["reason"])
    return StoredLetter(row["dead_letter_id"], letter, row.get("replayed_at"))
