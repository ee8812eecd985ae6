"""What became of each device's reports in a batch: the entries for the loss ledger.

A report is one moment of one device: an object of the native format, or the records of one time in a pack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from cityops.storage.devices.ledger import Entries, Floats, Ints
from ingest.checks.clocks import begin_anew, clock_skew, sample_skew
from ingest.checks.quality import NEVER
from ingest.checks.windows import Windows, median

JUMP = 10_000  # a counter that jumps further was set anew (the database says the same)
LEAST_STEPS = 4  # samples before an interval counts as learned
_ENLARGE = 1024


@dataclass(frozen=True, slots=True)
class BatchReports:
    """The reports of a batch in order of arrival, one entry a report. Times are microseconds since 1970, UTC."""

    device: Ints  # a number from Bookkeeper.number()
    time: Ints  # event time
    arrival: Ints
    seq: Ints  # messages.NO_SEQ where the device gave none
    received: Ints  # how many readings it holds
    stored: Ints  # how many of them were new
    retained: NDArray[np.bool_]  # the broker kept it, and repeats it
    stamp: Ints  # the device's own time

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Whether a report is a sign of life: it is not what a broker repeats, flagged as such or known already."""
        return (self.stored > 0) & ~self.retained

    @property
    def resent(self) -> NDArray[np.bool_]:
        """Whether every reading of a report was there already; one without a reading tells nothing."""
        return np.asarray((self.stored == 0) & (self.received > 0))

    def counted(self, new: NDArray[np.bool_], shift: Ints) -> "BatchReports":
        """Return the reports with their times `shift` later; `new` says of each reading whether it was stored."""
        before = np.concatenate([[0], np.cumsum(new)])
        ends = np.cumsum(self.received)
        stored = before[ends] - before[ends - self.received]
        return replace(self, time=self.time + shift, stored=stored)


@dataclass(frozen=True, slots=True)
class Runs:
    """The newest run of sequence numbers of each device, and what it left behind; see storage.ledger.Entries."""

    restarts: Ints
    missing: Ints
    run_first: Ints
    run_last: Ints
    run_seen: Ints
    run_from: Ints
    run_until: Ints


@dataclass(frozen=True, slots=True)
class LedgerDraft:
    """Entries to be written, and what to keep() when they are committed."""

    entries: Entries
    devices: Ints
    newest: Ints
    skews: Floats
    steps: Floats


class LedgerTracker:
    """Keeps what the ledger's estimates need from batch to batch. One a worker; the counts are the database's."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._newest = np.empty(0, dtype=np.int64)
        self._skews = Windows.empty(0)
        self._steps = Windows.empty(0)

    def number(self, sensor_id: str) -> int:
        """Return the number of a device, giving it one when it is new."""
        number = self._numbers.get(sensor_id)
        if number is None:
            number = self._numbers[sensor_id] = len(self._names)
            self._names.append(sensor_id)
        return number

    @property
    def names(self) -> Sequence[str]:
        """The sensors by their numbers."""
        return self._names

    def draft(
        self,
        reports: BatchReports,
        letters: Mapping[str, int],
        clocks: Mapping[int, float] = MappingProxyType({}),
        *,
        waited: Ints | int = 0,
    ) -> LedgerDraft:
        """Draw up the entries of a batch; `letters` counts its dead letters by sensor (see NOBODY).

        `clocks`: what is known of the skew (s) of devices whose clocks are, or were, wrong. `waited`: how long each
        report did at the broker (µs), which is no clock's doing.
        """
        dead = {self.number(sensor): count for sensor, count in letters.items()}
        self._make_room()
        devices, where = np.unique(np.concatenate([reports.device, np.array([*dead], np.int64)]), return_inverse=True)
        where, size = where[: len(reports.device)], len(devices)
        alive = reports.alive
        time, told_by = reports.time[alive], where[alive]
        newest, heard = _latest(time, told_by, size), _latest(reports.arrival[alive], told_by, size)
        stamp = _latest(reports.stamp[alive], told_by, size)
        sent = _latest((reports.arrival - waited)[alive], told_by, size)
        skews = self._skews.after(devices, np.where(heard > NEVER, sample_skew(stamp, sent), np.nan))
        skews = begin_anew(skews, [clocks.get(device, np.nan) for device in devices.tolist()] if clocks else ())
        steps = self._steps.after(devices, _sample_step(time, told_by, newest, self._newest[devices]))
        entries = Entries(
            sensor_id=[self._names[device] for device in devices],
            received=_sum(reports.received, where, size),
            stored=_sum(reports.stored, where, size),
            dead_lettered=np.array([dead.get(int(device), 0) for device in devices], dtype=np.int64),
            resent=_sum(reports.resent, where, size),
            heard_at=np.where(heard > NEVER, heard, 0),
            interval_seconds=median(steps, least=LEAST_STEPS),
            clock_skew_seconds=clock_skew(skews),
            **_columns(find_runs(reports, where, size)),
        )
        return LedgerDraft(entries, devices, np.maximum(newest, self._newest[devices]), skews, steps)

    def keep(self, draft: LedgerDraft) -> None:
        """Remember a batch that is committed."""
        self._newest[draft.devices] = draft.newest
        self._skews.keep(draft.devices, draft.skews)
        self._steps.keep(draft.devices, draft.steps)

    def _make_room(self) -> None:
        lacking = len(self._names) - len(self._newest)
        if lacking > 0:
            more = lacking + _ENLARGE
            self._newest = np.concatenate([self._newest, np.full(more, NEVER, dtype=np.int64)])
            self._skews = Windows(np.vstack([self._skews.samples, Windows.empty(more).samples]))
            self._steps = Windows(np.vstack([self._steps.samples, Windows.empty(more).samples]))


def find_runs(reports: BatchReports, device: Ints, size: int) -> Runs:
    """Find the runs of sequence numbers; `device` says which of `size` devices each report is of.

    A device counts anew when its number falls while its time goes on, or jumps. Reports that were sent again do
    not count; one that comes late fills its hole.
    """
    counts = (reports.seq >= 0) & ~reports.resent
    order = np.flatnonzero(counts)[np.argsort(device[counts], kind="stable")]
    device, seq, time = device[order], reports.seq[order], reports.time[order]
    other = np.ones(len(order), dtype=bool)
    other[1:] = device[1:] != device[:-1]
    begins = other.copy()
    begins[1:] |= ((seq[1:] < seq[:-1]) & (time[1:] > time[:-1])) | (seq[1:] > seq[:-1] + JUMP)
    starts = np.flatnonzero(begins)
    found = {name: np.zeros(size, dtype=np.int64) for name in (column.name for column in fields(Runs))}
    if len(starts):
        run = np.cumsum(begins) - 1
        first, last = np.minimum.reduceat(seq, starts), np.maximum.reduceat(seq, starts)
        seen = _count_distinct(run, seq, len(starts))
        owner = device[starts]
        is_last = np.append(owner[1:] != owner[:-1], True)
        newest = owner[is_last]
        found["restarts"] = np.bincount(owner[~is_last], minlength=size)
        found["missing"] = _sum((last - first + 1 - seen)[~is_last], owner[~is_last], size)
        found["run_first"][newest], found["run_last"][newest] = first[is_last], last[is_last]
        found["run_seen"][newest] = seen[is_last]
        found["run_from"][newest] = np.minimum.reduceat(time, starts)[is_last]
        found["run_until"][newest] = np.maximum.reduceat(time, starts)[is_last]
    return Runs(**found)


def _count_distinct(run: Ints, seq: Ints, size: int) -> Ints:
    order = np.lexsort((seq, run))
    run, seq = run[order], seq[order]
    fresh = np.ones(len(run), dtype=bool)
    fresh[1:] = (run[1:] != run[:-1]) | (seq[1:] != seq[:-1])
    return np.bincount(run[fresh], minlength=size)


def _sample_step(time: Ints, where: Ints, newest: Ints, before: Ints) -> Floats:
    """Return the mean time between the new reports of each device, in seconds; NaN where it cannot be told."""
    count = np.bincount(where[time > before[where]], minlength=len(newest))
    known = (count > 0) & (before > NEVER)
    return np.where(known, (newest - np.where(known, before, newest)) / np.maximum(count, 1) / 1e6, np.nan)


def _latest(time: Ints, where: Ints, size: int) -> Ints:
    found = np.full(size, NEVER, dtype=np.int64)
    np.maximum.at(found, where, time)
    return found


def _sum(column: NDArray[np.int64] | NDArray[np.bool_], where: Ints, size: int) -> Ints:
    return np.bincount(where, weights=column, minlength=size).astype(np.int64)


def _columns(runs: Runs) -> dict[str, Ints]:
    return {column.name: getattr(runs, column.name) for column in fields(runs)}
