"""Where a batch of readings goes in the table, whose key is series and time: deduplication, and the one place
where a time is moved.

Two different values of one series with one time stamp are two facts, as of a device whose clock has whole seconds.
The second is stored one microsecond later, or at the next free one; the same value is the same fact. A fact that is
sent again walks the same way past the same neighbours, so it finds itself, whatever the order and the batches.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cityops.clock import from_microseconds
from cityops.storage.database import Transaction
from cityops.storage.errors import AlreadyStored, TransactionConflict
from cityops.storage.queries import load_queries
from cityops.storage.readings.columns import Columns

SQL = load_queries("cityops.storage")

# µs; so many other values at one moment come from a clock that stands still, and the next ones find no room.
FARTHEST = 999

ATTEMPTS = 5  # to place a batch beside what other workers store meanwhile

Stored = Mapping[tuple[int, int], float]  # value by series and time (µs since 1970, UTC)


class Overtaken(TransactionConflict):
    """The table has one of these readings by now, perhaps from another worker. Look where they go once more."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The readings of a batch at the times at which they are stored; masks have one entry a reading.

    `new`: not in the table yet. `crowded`: there is no room left near its time, and it is not to be stored.
    """

    columns: Columns
    new: NDArray[np.bool_]
    crowded: NDArray[np.bool_]

    @property
    def added(self) -> Columns:
        """The readings that are new."""
        return self.columns.pick(self.new)


def place(columns: Columns, stored: Stored) -> Placement:
    """Find each reading's place beside what is stored, in order of arrival. Pure.

    `stored` holds what the table has at the readings' own times and up to FARTHEST after them.
    """
    nothing = np.zeros(len(columns), dtype=bool)
    doubtful = columns.repeats() | columns.among(stored)
    if not doubtful.any():
        return Placement(columns, ~nothing, nothing)
    taken = dict(stored)
    full: dict[tuple[int, int], dict[float, int]] = {}
    beside = ~doubtful & np.isin(columns.series, columns.series[doubtful])
    taken.update(zip(columns.pick(beside).keys(), columns.value[beside].tolist(), strict=True))
    time, new, crowded = columns.time.copy(), ~doubtful, nothing.copy()
    for row in np.flatnonzero(doubtful).tolist():
        series, moment, value = int(columns.series[row]), int(columns.time[row]), float(columns.value[row])
        held = full.get((series, moment))
        place = _find_place(taken, series, moment, value) if held is None else held.get(value)
        if place is None:
            if held is None:
                full[series, moment] = _held_near(taken, series, moment)
            crowded[row] = True
            continue
        new[row] = (series, place) not in taken
        taken[series, place], time[row] = value, place
    return Placement(replace(columns, time=time), new, crowded)


def placements(tx: Transaction, columns: Columns, *, likely_new: bool) -> Iterator[Placement]:
    """Yield where readings go: first as if all were new, where that is likely; then beside what is stored.

    Take the next one in the same transaction, behind a savepoint, when store_added() raised Overtaken. Raises
    AlreadyStored when that was so ATTEMPTS times: then it is no other worker.
    """
    if likely_new:
        yield place(columns, {})
    for _ in range(ATTEMPTS):
        yield place(columns, stored_near(tx, columns))
    raise AlreadyStored(f"The readings find no place in {ATTEMPTS} attempts. {AlreadyStored.__doc__}")


def stored_near(tx: Transaction, columns: Columns) -> dict[tuple[int, int], float]:
    """Return what is stored at the times of readings, and up to FARTHEST after them."""
    if not len(columns):
        return {}
    rows = tx.rows(
        SQL["stored_near"],
        series=columns.series.tolist(),
        time=columns.time.tolist(),
        farthest=FARTHEST,
        first=from_microseconds(int(columns.time.min())),
        last=from_microseconds(int(columns.time.max()) + FARTHEST),
    )
    return {(row["series_id"], row["time"]): row["value"] for row in rows}


def store_added(tx: Transaction, added: Columns) -> None:
    """Store readings that are new; `latest` is left to the caller. Raises Overtaken when one is there by now."""
    if len(added):
        tx.execute(SQL["ensure_reading_days"], days=list(added.days()))
        try:
            tx.copy_in(SQL["copy_readings"], added.encode())
        except AlreadyStored as error:
            raise Overtaken(f"{error} {Overtaken.__doc__}") from error


def _held_near(taken: Stored, series: int, time: int) -> dict[float, int]:
    """Return where each value is of a time beside which no room is left: thousands more may come for it."""
    return {taken[series, moment]: moment for moment in reversed(range(time, time + FARTHEST + 1))}


def _find_place(taken: Stored, series: int, time: int, value: float) -> int | None:
    """Return the first time from `time` on that is free, or holds this value; None where none is near."""
    for moment in range(time, time + FARTHEST + 1):
        if taken.get((series, moment), value) == value:
            return moment
    return None
