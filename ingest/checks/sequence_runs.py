"""Runs of sequence numbers in the reports of a batch: where a device began anew, and what is missing. Pure."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cityops.storage.devices.ledger import Ints
from ingest.checks.batch_reports import BatchReports

JUMP = 10_000  # a counter that jumps further was set anew (the database says the same)


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
        found["missing"] = sum_by((last - first + 1 - seen)[~is_last], owner[~is_last], size)
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


def sum_by(column: NDArray[np.int64] | NDArray[np.bool_], where: Ints, size: int) -> Ints:
    """Return the sum of a column by device."""
    return np.bincount(where, weights=column, minlength=size).astype(np.int64)
