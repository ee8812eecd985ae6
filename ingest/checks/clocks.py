"""Device clocks: what a device's time says of when it measured. Times are microseconds since 1970, UTC. Pure.

The error of a clock is the time of arrival minus the device's own: positive when the clock is behind. The way
through the network, and a device that sends what it kept, only ever add to it. So a stamp that lies further ahead
than the clock is known to be tells of the clock, at once; one that lies further back is late, or the clock was set
back: two reports in a row whose stamps are as far apart as their arrivals tell which. Among reports that are not,
as when a device sends what it kept, two may be so by chance: then a third has to agree.

Messages that waited at the broker are late too, all of a batch by about as much: that is no clock's doing, and is
taken off before the clocks are judged.

docs/explanation/time.md says it in plain words.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cityops.clock import RIGHT_WITHIN, TELL_OF_US
from ingest.checks.content import can_be

Ints = NDArray[np.int64]

LONGEST_BACKLOG = 15 * 60_000_000  # µs: what is later is no news anyhow, and a server's clock may be wrong instead
TOLERANCE = RIGHT_WITHIN // timedelta(microseconds=1)
_SHORTEST_STEP = 1_000_000  # µs: reports closer together are one burst
_SECOND = 1e6


class Stamp(NamedTuple):
    """A report's own time, and when it came."""

    time: int
    arrival: int

    @property
    def error(self) -> int:
        """By how much the clock is behind, if the report was not late."""
        return self.arrival - self.time


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of one device's clock."""

    correction: int = 0  # added to the device's time it gives the event time
    set_at: int | None = None  # the arrival by which this correction was known; None: none was ever needed
    doubt: Stamp | None = None  # the last report, where it did not agree
    placed: int | None = None  # what was added last to times that cannot be, to store them
    is_erratic: bool = False  # the doubt did not keep step with the report before it

    @property
    def shift(self) -> int:
        """What is lacking between the times that are stored of this device and the event time."""
        return 0 if self._is_impossible else self.correction

    @property
    def presumed(self) -> int:
        """The best guess of the clock's error: a time that cannot be is doubted no more."""
        doubt = self.doubt
        return self.correction if doubt is None or can_be(doubt.time, arrival=doubt.arrival) else doubt.error

    @property
    def is_plain(self) -> bool:
        """Whether the clock is right and always was, as far as anybody knows."""
        return self == _RIGHT

    @property
    def _is_impossible(self) -> bool:
        return self.set_at is not None and not can_be(self.set_at - self.correction, arrival=self.set_at)


_RIGHT = Clock()


class Addends(NamedTuple):
    """What to add to a report's time: to have the event time, and to have the time that is stored."""

    event: int
    stored: int


def backlog(device: Ints, late: Ints) -> int:
    """Return how long a message of a batch may have waited at the broker (µs), 0 when none did, or nobody can say.

    `late`: by how much each came later than its device's clock, as far as that is known, would have it. What half of
    the devices are late by at least is nobody's clock. One that is less late waited less: it may have come another way.
    """
    if not len(late) or np.median(late) <= TOLERANCE:  # nearly always
        return 0
    devices, where = np.unique(device, return_inverse=True)
    if len(devices) < TELL_OF_US:
        return 0
    soonest = np.full(len(devices), np.iinfo(np.int64).max)
    np.minimum.at(soonest, where, late)
    common = int(np.median(soonest))
    return common if TOLERANCE < common <= LONGEST_BACKLOG else 0


def follow(clock: Clock, report: Stamp) -> tuple[Clock, Addends]:
    """Follow a clock through one report. Return what is known of it now, and where the report belongs."""
    clock, event = _correct(clock, report)
    if can_be(report.time, arrival=report.arrival) and clock.shift == clock.correction:
        return clock, Addends(event, 0)
    placed = clock.placed
    if placed is None or not can_be(report.time + placed, arrival=report.arrival, ahead=TOLERANCE):
        placed = event
    return replace(clock, placed=placed), Addends(event, placed)


def _correct(clock: Clock, report: Stamp) -> tuple[Clock, int]:
    """Return the clock after a report, and what to add to the report's time to have the event time."""
    if abs(report.error - clock.correction) <= TOLERANCE:
        return (clock if clock.doubt is None else replace(clock, doubt=None, is_erratic=False)), clock.correction
    if clock.set_at is not None and report.arrival < clock.set_at:
        return clock, clock.correction  # it was put aside, and says nothing of the clock as it is now
    doubt = clock.doubt
    if doubt is not None and doubt.time == report.time:  # the same once more
        return clock, _doubtful(clock, doubt)
    keeps_step = doubt is not None and _keeps_step(doubt, report)
    if doubt is not None and keeps_step and not clock.is_erratic:
        correction = 0 if max(abs(doubt.error), abs(report.error)) <= TOLERANCE else doubt.error
        return replace(clock, correction=correction, set_at=report.arrival, doubt=None), correction
    is_erratic = doubt is not None and not keeps_step and (clock.is_erratic or _differs(doubt, report))
    return replace(clock, doubt=report, is_erratic=is_erratic), _doubtful(clock, report)


def _doubtful(clock: Clock, report: Stamp) -> int:
    """Return what to add to a time that does not agree: nothing is measured after it came, or before 2000."""
    is_late = report.error > clock.correction and can_be(report.time + clock.correction, arrival=report.arrival)
    return clock.correction if is_late else report.error


def _keeps_step(before: Stamp, report: Stamp) -> bool:
    """Whether the device's clock went on as long as ours did between two reports: then they were not kept back."""
    ours, theirs = report.arrival - before.arrival, report.time - before.time
    return ours >= _SHORTEST_STEP and abs(ours - theirs) <= min(TOLERANCE, ours // 2)


def _differs(before: Stamp, report: Stamp) -> bool:
    """Whether the device's clock went on otherwise than ours, by more than a burst of reports explains."""
    return abs(report.error - before.error) > _SHORTEST_STEP
