"""The moments a model is asked for: one for each value, as arrays."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DAY = 86400.0
YEAR = 365.2425 * DAY


@dataclass(frozen=True, slots=True)
class Moments:
    """`time` is the model's time, seconds since 1970 UTC; `offset` is the city's zone, seconds east of UTC."""

    time: Floats
    offset: float

    @property
    def hour(self) -> Floats:
        """Local time of day, 0 to 24."""
        return np.asarray(np.mod(self.time + self.offset, DAY) / 3600)

    @property
    def weekend(self) -> NDArray[np.bool_]:
        """Whether it is Saturday or Sunday; 1970-01-01 was a Thursday."""
        return np.asarray(np.mod(np.floor((self.time + self.offset) / DAY) + 3, 7) >= 5)

    @property
    def season(self) -> Floats:
        """Share of the year that has passed, 0 to 1."""
        return np.asarray(np.mod(self.time, YEAR) / YEAR)

    def before(self, seconds: float) -> "Moments":
        """Return the same moments some seconds earlier."""
        return Moments(self.time - seconds, self.offset)


@dataclass(frozen=True, slots=True)
class ModelClock:
    """The model's time runs `speed` times as fast as the real one; at `start` they are the same.

    It runs so before `start` too, which is why history joins live values without a step.
    """

    start: float  # real seconds since 1970
    speed: float
    offset: float  # the city's zone, seconds east of UTC

    def moments(self, real: Floats) -> Moments:
        """Return the model's moments for real ones."""
        return Moments(self.start + (real - self.start) * self.speed, self.offset)


def make_clock(start: datetime, zone: ZoneInfo, *, speed: float = 1.0) -> ModelClock:
    """Make a clock that starts at an aware moment, in a city of this zone."""
    offset = start.astimezone(zone).utcoffset()
    return ModelClock(start.timestamp(), speed, offset.total_seconds() if offset else 0.0)


def bump(hour: Floats, peak: float, width: float) -> Floats:
    """Return a bell of height 1 over the hours of a day, closed over midnight."""
    away = np.abs(np.mod(hour - peak + 12, 24) - 12)
    return np.asarray(np.exp(-0.5 * (away / width) ** 2))
