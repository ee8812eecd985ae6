"""A batch of readings as detection sees it: columns, sorted, without late data and doubles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from alerts.conditions.base import Bools, Floats, Ints
from cityops.clock import microseconds
from cityops.devices.presence import LATE_AFTER
from cityops.readings import Quality

NEVER = -(2**62)  # a time before all others, in µs


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings side by side. `time` is the device's, in µs since 1970 UTC; `quality` holds QARTOD flags."""

    time: Ints
    series: Ints
    value: Floats
    quality: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, rows: Iterable[tuple[datetime, int, float, Quality]]) -> Self:
        """Return readings from (time, series, value, quality)."""
        time, series, value, quality = zip(*rows, strict=True) if rows else ((), (), (), ())
        return cls(
            np.array([microseconds(moment) for moment in time], dtype=np.int64),
            np.array(series, dtype=np.int64),
            np.array(value, dtype=np.float64),
            np.array(quality, dtype=np.int16),
        )

    def take(self, rows: NDArray[np.intp] | Bools) -> "Readings":
        """Return some of the rows."""
        return Readings(self.time[rows], self.series[rows], self.value[rows], self.quality[rows])

    @property
    def good(self) -> Bools:
        """Which readings may both raise and clear."""
        return np.asarray((self.quality == Quality.GOOD) | (self.quality == Quality.NOT_EVALUATED))


@dataclass(frozen=True, slots=True)
class InOrder:
    """Readings by series and then by time, each newer than all that was judged before.

    `good`: whether it may both raise and clear; `fresh`: whether it says something about the present; `broken`:
    whether too long passed since the one before.
    """

    readings: Readings
    good: Bools
    fresh: Bools
    broken: Bools


def put_in_order(
    readings: Readings,
    seen: Mapping[int, int],
    *,
    now: datetime,
    fresh_for: timedelta,
    intervals: Mapping[int, float],
) -> InOrder:
    """Sort a batch and drop what is late or double. `seen`: the time up to which each series has been judged.

    Two readings further apart than `fresh_for` are broken, unless their series reports that slowly (`intervals`, s).
    """
    ordered = readings.take(np.lexsort((readings.time, readings.series)))
    distinct, place = np.unique(ordered.series, return_inverse=True)
    before = np.array([seen.get(series, NEVER) for series in distinct.tolist()], dtype=np.int64)[place]
    double = np.zeros(len(ordered), dtype=bool)
    double[1:] = (np.diff(ordered.series) == 0) & (np.diff(ordered.time) == 0)
    keep = ~double & (ordered.time > before)
    kept, before = ordered.take(keep), before[keep]
    follows = np.zeros(len(kept), dtype=bool)
    follows[1:] = np.diff(kept.series) == 0
    previous = np.where(follows, np.roll(kept.time, 1), before)
    longest = fresh_for // timedelta(microseconds=1)
    slow = np.array([LATE_AFTER * intervals.get(series, 0.0) * 1e6 for series in distinct.tolist()])[place][keep]
    broken = kept.time - previous > np.maximum(longest, slow)
    return InOrder(kept, kept.good, microseconds(now) - kept.time <= longest, broken)
