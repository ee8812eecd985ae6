"""The clocks of all devices, from batch to batch: which of them need a correction, and what each report needs.

Nearly all clocks are right, so a batch ends at one comparison; only reports that do not agree with what is known
of their clock are followed one by one. What was learned is in the ledger too: another worker, or the next one,
goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cityops.storage import Transaction
from cityops.storage.devices.clocks import ClockRow, load_clocks, store_clocks
from ingest.checks.batch_reports import BatchReports
from ingest.checks.clocks import TOLERANCE, Clock, Ints, Stamp, backlog, follow

Bools = NDArray[np.bool_]
_ENLARGE = 1024


@dataclass(frozen=True, slots=True)
class Timing:
    """What detection wants to know of each reading beside its value."""

    shift: Ints  # what is lacking between the time that is stored and the event time, µs
    is_repeated: Bools  # the broker only repeats what it keeps
    is_odd: Bools  # see Settled


@dataclass(frozen=True, slots=True)
class Settled:
    """What to add to each report's time, and what was learned; keep() it when the batch is committed."""

    event: Ints  # for the event time
    stored: Ints  # for the time that is stored
    is_odd: Bools  # whether the report's clock is, or was, not simply right
    waited: Ints  # how long each report waited at the broker, µs
    asked: Ints  # the devices whose clocks were read
    backlog: int = 0  # how long a report of the batch may have waited, µs
    clocks: dict[int, Clock] = field(default_factory=dict)  # by device, as they are now

    def of_readings(self, reports: BatchReports, rows: Bools) -> Timing:
        """Return the timing of those readings of the batch that are chosen."""
        columns = (self.event - self.stored, reports.retained, self.is_odd)
        return Timing(*(np.repeat(column, reports.received)[rows] for column in columns))

    @property
    def skews(self) -> dict[int, float]:
        """What is known of the skew of clocks that are, or were, wrong: seconds by device."""
        return {number: clock.presumed / 1e6 for number, clock in self.clocks.items() if not clock.is_plain}


class ClockTracker:
    """Knows the clocks of devices by their number (LedgerTracker.number). One a worker."""

    def __init__(self) -> None:
        self._correction = np.empty(0, dtype=np.int64)
        self._is_known = np.empty(0, dtype=bool)
        self._is_odd = np.empty(0, dtype=bool)
        self._clocks: dict[int, Clock] = {}  # those that are not plain

    def settle(self, tx: Transaction, names: Sequence[str], reports: BatchReports, starts: Ints) -> Settled:
        """Find what the reports of a batch need, and store what they teach. Raises StorageError.

        `names` has the sensor of each device. A message begins at each of `starts`; its newest time speaks for all
        of it.
        """
        if not len(reports.time):
            return Settled(reports.time, reports.time, np.empty(0, bool), reports.time, reports.device)
        self._make_room(len(names))
        device, arrival, retained = reports.device[starts], reports.arrival[starts], reports.retained[starts]
        newest = np.maximum.reduceat(reports.time, starts)
        late = arrival - newest - self._correction[device]
        longest = backlog(device[~retained], late[~retained])
        waited = np.clip(late, 0, longest)
        arrival = arrival - waited
        unsure = np.abs(late - waited) > TOLERANCE
        odd = unsure | self._is_odd[device]
        asked = np.unique(device[odd | ~self._is_known[device]])
        clocks = self._read(tx, names, asked) if len(asked) else {}
        odd |= np.isin(device, [number for number, clock in clocks.items() if not clock.is_plain])
        event, stored = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
        before = dict(clocks)
        for row in np.flatnonzero(odd).tolist():
            number = int(device[row])
            after, addends = follow(clocks[number], Stamp(int(newest[row]), int(arrival[row])))
            event[row], stored[row] = addends
            # When a retained report was sent, nobody knows: it says nothing of the clock.
            clocks[number] = replace(clocks[number], placed=after.placed) if retained[row] else after
        changed = sorted(number for number, clock in clocks.items() if clock != before[number])
        store_clocks(tx, [_to_row(names[number], clocks[number]) for number in changed])
        sizes = np.diff(np.append(starts, len(reports.time)))
        event, stored, waited = (np.repeat(column, sizes) for column in (event, stored, waited))
        return Settled(event, stored, np.repeat(odd, sizes), waited, asked, longest, clocks)

    def keep(self, settled: Settled) -> None:
        """Remember a batch that is committed."""
        self._is_known[settled.asked] = True
        for number, clock in settled.clocks.items():
            self._correction[number], self._is_odd[number] = clock.correction, not clock.is_plain

    def _read(self, tx: Transaction, names: Sequence[str], asked: Ints) -> dict[int, Clock]:
        """Return the clocks of these devices: nearly all of them are plain."""
        rows = {row.sensor_id: row for row in load_clocks(tx, [names[number] for number in asked.tolist()])}
        return {number: _to_clock(rows.get(names[number])) for number in asked.tolist()}

    def _make_room(self, devices: int) -> None:
        lacking = devices - len(self._correction)
        if lacking > 0:
            more = lacking + _ENLARGE
            self._correction = np.concatenate([self._correction, np.zeros(more, dtype=np.int64)])
            self._is_known = np.concatenate([self._is_known, np.zeros(more, dtype=bool)])
            self._is_odd = np.concatenate([self._is_odd, np.zeros(more, dtype=bool)])


def _to_clock(row: ClockRow | None) -> Clock:
    if row is None:
        return Clock()
    doubt = None if row.doubt_time is None or row.doubt_at is None else Stamp(row.doubt_time, row.doubt_at)
    return Clock(row.correction, row.set_at, doubt, row.placed, row.is_erratic)


def _to_row(sensor_id: str, clock: Clock) -> ClockRow:
    doubt_time, doubt_at = (None, None) if clock.doubt is None else clock.doubt
    return ClockRow(
        sensor_id, clock.correction, clock.set_at, clock.shift, clock.placed, doubt_time, doubt_at, clock.is_erratic
    )
