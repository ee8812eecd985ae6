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
class ReportSchedule:
    """The devices of one kind, by their keys, and their interval in seconds."""

    key: NDArray[np.uint64]
    interval: float

    @cached_property
    def phases(self) -> Floats:
        """For each device the part of the interval, 0 to 1, at which it reports."""
        return np.asarray(noise.uniform(noise.salt(self.key, 91), np.zeros(1, dtype=np.int64)))

    @cached_property
    def _unrest(self) -> NDArray[np.uint64]:
        """For each device the key of its jitter."""
        return noise.salt(self.key, 92)

    def times(self, device: Ints, number: Ints) -> Floats:
        """Return when these devices make these reports (seconds since 1970): arrays that fit each other."""
        jitter = JITTER * (2 * noise.uniform(self._unrest[device], number) - 1)
        return np.asarray((number + self.phases[device] + jitter) * self.interval)


def due(schedule: ReportSchedule, start: float, end: float, *, pack: int = 1) -> tuple[Ints, Ints, Floats]:
    """Return device, number and time of all reports after `start` and up to `end`, ordered by device and time.

    With `pack` a device keeps its reports and sends them with every pack-th one; they are due then.
    """
    device, number = _candidates(schedule, start, end)
    times = schedule.times(device, number)
    now = (times > start) & (times <= end)
    if pack > 1:
        now &= number % pack == pack - 1
    device, number, times = device[now], number[now], times[now]
    if pack > 1:
        device = np.repeat(device, pack)
        number = (number[:, None] + np.arange(1 - pack, 1)).ravel()
        times = schedule.times(device, number)
    return device, number, times


def _candidates(schedule: ReportSchedule, start: float, end: float) -> tuple[Ints, Ints]:
    """Return device and number of every report that may lie in a span, ordered by device and number.

    In a span shorter than the interval each device has at most one, and most have none: their phase says so.
    """
    first, last = start / schedule.interval - JITTER, end / schedule.interval + JITTER
    if last - first < 1:
        device = np.flatnonzero(np.mod(schedule.phases - first, 1.0) <= last - first + 1e-9)
        return device, np.floor(last - schedule.phases[device]).astype(np.int64)
    numbers = np.arange(int(np.floor(first)) - 1, int(np.ceil(last)) + 1, dtype=np.int64)
    count = len(schedule.key)
    return np.repeat(np.arange(count), len(numbers)), np.tile(numbers, count)


def report_times(schedule: ReportSchedule, numbers: Ints) -> Floats:
    """Return the real times (seconds since 1970) of these reports: one row a device, one column a number."""
    device = np.arange(len(schedule.key))
    return schedule.times(device[:, None], numbers[None, :])


def first_after(schedule: ReportSchedule, moment: float) -> Ints:
    """Return for each device the number of its first report after a moment (seconds since 1970)."""
    numbers = np.arange(3, dtype=np.int64) + int(np.floor(moment / schedule.interval)) - 1
    late = report_times(schedule, numbers) > moment
    return np.asarray(numbers[np.argmax(late, axis=1)])
