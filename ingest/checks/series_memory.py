"""What the quality tests know of each series: what it may do, and its last two readings. Pure."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Metric, SensorKind

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER = -(2**62)  # a time before all others, in µs
MINUTE = 60e6  # µs


@dataclass(frozen=True, slots=True)
class Limits:
    """What each series may do, one entry a series; infinity switches a test off."""

    low: Floats
    high: Floats
    noise: Floats  # below `low`: down to here it is noise
    step: Floats  # a minute
    spike: Floats
    flat: Floats  # µs
    floor: Floats  # a value at or below it may stay as it is
    interval: Floats  # µs

    @classmethod
    def none(cls, size: int) -> Self:
        """Return limits that every reading keeps."""
        nothing, everything = np.full(size, -np.inf), np.full(size, np.inf)
        high, noise, step, spike, flat, interval = (everything.copy() for _ in range(6))
        return cls(nothing, high, noise, step, spike, flat, nothing.copy(), interval)

    def put(self, series: int, metric: Metric, kind: SensorKind) -> None:
        """Set the limits of one series."""
        self.low[series], self.high[series] = metric.plausible
        self.noise[series] = np.inf if metric.noise_floor is None else metric.noise_floor
        self.step[series] = metric.step or np.inf
        self.spike[series] = metric.spike or np.inf
        self.flat[series] = (metric.flat_minutes or np.inf) * MINUTE
        self.floor[series] = -np.inf if metric.flat_above is None else metric.flat_above
        self.interval[series] = kind.interval * 1e6


@dataclass(frozen=True, slots=True)
class RecentReadings:
    """The last two readings of each series, one entry a series, and since when its value has not moved (µs)."""

    time: Ints
    value: Floats
    time2: Ints
    value2: Floats
    since: Ints

    @classmethod
    def empty(cls, size: int) -> Self:
        """Return a past in which nothing happened."""
        nan = np.full(size, np.nan)
        never = np.full(size, NEVER, dtype=np.int64)
        return cls(never, nan, never.copy(), nan.copy(), never.copy())
