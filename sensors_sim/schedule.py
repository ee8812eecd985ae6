"""When devices report: at their kind's interval, each with its own phase and a little jitter.

Report number n of a device is at phase + (n + jitter(n)) · interval since 1970: a function of the device's key,
so that any span of time can be asked for, alone and in any order.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
JITTER = 0.1  # of the interval, to either side


@dataclass(frozen=True, eq=False)
class Schedule:
    """The devices of one kind, by their keys, and their interval in seconds."""

    key: NDArray[np.uint64]
    interval: float

    @cached_property
    def phases(self) -> Floats:
        """For each device the part of the interval, 0 to 1, at which it reports."""
        return np.asarray(noise.uniform(noise.salt(self.key, 91), np.zeros(1, dtype=np.int64)))


def due(schedule: Schedule, start: float, end: float, *, pack: int = 1) -> tuple[Ints, Ints, Floats]:
    """Return device, number and time of all reports after `start` and up to `end`, ordered by device and time.

    With `pack` a device keeps its reports and sends them with every pack-th one; they are due then.
    """
    first = int(np.floor(start / schedule.interval)) - 1 - pack
    last = int(np.ceil(end / schedule.interval)) + 1 + pack
    numbers = np.arange(first, last + 1, dtype=np.int64)
    times = report_times(schedule, numbers)
    closing = numbers + (pack - 1 - numbers % pack)
    sent = times if pack == 1 else report_times(schedule, closing)
    device, column = np.nonzero((sent > start) & (sent <= end))
    return device, numbers[column], times[device, column]


def report_times(schedule: Schedule, numbers: Ints) -> Floats:
    """Return the real times (seconds since 1970) of these reports: one row a device, one column a number."""
    jitter = JITTER * (2 * noise.uniform(noise.salt(schedule.key, 92)[:, None], numbers[None, :]) - 1)
    return np.asarray((numbers + schedule.phases[:, None] + jitter) * schedule.interval)


def first_after(schedule: Schedule, moment: float) -> Ints:
    """Return for each device the number of its first report after a moment (seconds since 1970)."""
    numbers = np.arange(3, dtype=np.int64) + int(np.floor(moment / schedule.interval)) - 1
    late = report_times(schedule, numbers) > moment
    return np.asarray(numbers[np.argmax(late, axis=1)])
