"""How much time readings stand for: the one home of "time covered". Pure; times are seconds.

A reading stands for the time up to the next one, but for no longer than the report interval of its series. What
comes after that nobody measured: it is not zero, and it is not what was before. Sums of rates, the validity of an
hour and the question whether a window is known all ask here.
"""

import numpy as np
import numpy.typing as npt

from cityops.devices.presence import LATE_AFTER

HOUR = 3600.0
LONGEST_INTERVAL = HOUR  # what reports less often than hourly never stands for more
KNOWN_SHARE = 0.75  # of a window: three quarters, as the 45 minutes of a valid hour (GB 3095, Table 4)

Floats = npt.NDArray[np.float64]


def report_interval(nominal: float, learned: float | None = None, usual: float | None = None) -> float:
    """Return how often a series reports, at most hourly.

    `nominal`: what its kind promises; `learned`: what the ledger knows of the device; `usual`: the median time
    between the newest readings of the series itself, which may be slower than its device. None or NaN: not known.
    """
    known = [seconds for seconds in (learned, usual) if seconds is not None and seconds > 0]
    return min(max(known, default=nominal), LONGEST_INTERVAL)


def time_covered(
    gap: npt.ArrayLike, readings: npt.ArrayLike, interval: npt.ArrayLike, resolution: float = 0.0
) -> Floats:
    """Return how long each part of a series stands for.

    A part is one reading or a bucket of several; `gap` is the time from its start to that of the next part.
    `resolution`: the width of the buckets, within which readings may lie anywhere: a gap that is longer than the
    interval by no more than that is none.
    """
    passed, most = np.asarray(gap, dtype=float), np.multiply(readings, interval)
    return np.asarray(np.clip(np.where(passed <= most + resolution, passed, most), 0.0, None), dtype=float)


def is_fresh(age: float, interval: float, resolution: float) -> bool:
    """Whether a series that was heard so long ago still says what is now."""
    return age <= LATE_AFTER * interval + resolution


def is_known(covered: float, window: float) -> bool:
    """Whether enough of a window was measured to say that something is over."""
    return covered >= KNOWN_SHARE * window
