"""What messages hold beside readings: names of no metric, and values that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cityops.storage.database import Transaction
from cityops.storage.messages.dead_letters import storable_text
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")

MOST_NAMES = 50  # of one device; what it sends under more names is counted together
_LONGEST = 200  # characters of a name or a value


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A value under a name that the kind of its sensor does not have, as it was written."""

    sensor_id: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A value that a device said is missing; `time` is the device's, in microseconds since 1970 UTC."""

    series_id: int
    time: int


def note_unmapped(tx: Transaction, values: Sequence[Unmapped], now: datetime) -> None:
    """Count values that have no metric, by sensor and name."""
    counts: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], str] = {}
    for one in values:
        key = one.sensor_id, storable_text(one.name)[:_LONGEST]
        counts[key] = counts.get(key, 0) + 1
        last[key] = storable_text(one.value)[:_LONGEST]
    if counts:
        tx.execute(
            SQL["note_unmapped"],
            sensors=[sensor for sensor, _ in counts],
            names=[name for _, name in counts],
            counts=list(counts.values()),
            values=list(last.values()),
            most=MOST_NAMES,
            now=now,
        )


def unmapped_frame(tx: Transaction, *, limit: int = 100) -> "pd.DataFrame":
    """Return what devices send under names that nobody mapped, the most frequent first.

    Columns: kind, name, sensors (how many), count (values), first_seen, last_seen (UTC), last_value (text).
    """
    return tx.frame(SQL["unmapped_frame"], limit=limit)


def note_missing(tx: Transaction, values: Sequence[MissingValue]) -> None:
    """Count values that are missing; a copy that was sent again counts once."""
    if values:
        tx.execute(SQL["note_missing"], series=[one.series_id for one in values], time=[one.time for one in values])


def missing_frame(tx: Transaction, *, limit: int = 100) -> "pd.DataFrame":
    """Return which values devices said are missing, the newest first.

    Columns: sensor_id, metric, count, first_time, last_time (the device's, UTC).
    """
    return tx.frame(SQL["missing_frame"], limit=limit)
