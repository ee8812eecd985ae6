"""What became of each device's reports in a batch: the entries for the loss ledger.

A report is one moment of one device: an object of the native format, or the records of one time in a pack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np

from cityops.storage.devices.ledger import Entries, Floats, Ints
from ingest.checks.batch_reports import BatchReports
from ingest.checks.clock_skew import begin_anew, clock_skew, sample_skew
from ingest.checks.sequence_runs import Runs, find_runs, sum_by
from ingest.checks.series_memory import NEVER
from ingest.checks.windows import Windows, median

LEAST_STEPS = 4  # samples before an interval counts as learned
_ENLARGE = 1024


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
            received=sum_by(reports.received, where, size),
            stored=sum_by(reports.stored, where, size),
            dead_lettered=np.array([dead.get(int(device), 0) for device in devices], dtype=np.int64),
            resent=sum_by(reports.resent, where, size),
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


def _sample_step(time: Ints, where: Ints, newest: Ints, before: Ints) -> Floats:
    """Return the mean time between the new reports of each device, in seconds; NaN where it cannot be told."""
    count = np.bincount(where[time > before[where]], minlength=len(newest))
    known = (count > 0) & (before > NEVER)
    return np.where(known, (newest - np.where(known, before, newest)) / np.maximum(count, 1) / 1e6, np.nan)


def _latest(time: Ints, where: Ints, size: int) -> Ints:
    found = np.full(size, NEVER, dtype=np.int64)
    np.maximum.at(found, where, time)
    return found


def _columns(runs: Runs) -> dict[str, Ints]:
    return {column.name: getattr(runs, column.name) for column in fields(runs)}
