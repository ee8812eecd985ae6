"""The skew of device clocks, from samples of many reports. Pure."""

from collections.abc import Sequence

import numpy as np

from ingest.checks.clocks import TOLERANCE, Ints
from ingest.checks.windows import Floats, ranked

_SECOND = 1e6

LEAST_SAMPLES = 3


def sample_skew(newest: Ints, arrival: Ints) -> Floats:
    """Return one sample a device, in seconds: the arrival of its newest reading minus that reading's time."""
    return np.asarray((arrival - newest) / _SECOND)


def begin_anew(rows: Floats, known: Sequence[float]) -> Floats:
    """Return the windows of samples, those emptied that tell of another clock than the one that is `known` (s).

    `known` has an entry a window, NaN where nothing is; the newest sample stands for as many as are wanted.
    """
    if not len(known):
        return rows
    newest, skew = rows[:, -1], clock_skew(rows)
    with np.errstate(invalid="ignore"):
        confirmed = np.abs(newest - known) <= TOLERANCE / _SECOND
        differs = ~(np.abs(skew - known) <= 2 * TOLERANCE / _SECOND)
    fresh = np.full_like(rows, np.nan)
    fresh[:, -LEAST_SAMPLES:] = newest[:, None]
    return np.where((confirmed & differs)[:, None], fresh, rows)


def clock_skew(rows: Floats) -> Floats:
    """Return the skew of each device's clock in seconds from its window of samples; NaN while they are few.

    The smallest sample may be one wrong stamp: the second smallest is taken.
    """
    return ranked(rows, np.ones(len(rows), dtype=np.int64), least=LEAST_SAMPLES)
