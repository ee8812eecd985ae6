"""How far the clock of a step is: what ran and what stood still, and how that is drawn as a strip. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import ClockInputs
from cityops.clock import from_microseconds


class SegmentKind(StrEnum):
    """What the clock does."""

    RUNNING = "running"
    PAUSED = "paused"
    OFF = "off"  # nobody works: holidays, nights, lunch


@dataclass(frozen=True, slots=True)
class ClockSegment:
    """The clock did one thing from `begins` to `ends`."""

    kind: SegmentKind
    begins: datetime
    ends: datetime


def segments(inputs: ClockInputs, until: datetime) -> list[ClockSegment]:
    """Return what the clock did from its start to a moment: without gaps, without overlap, none of them empty."""
    found: list[ClockSegment] = []
    here = inputs.start
    for pause in inputs.pauses:
        begins, ends = max(pause.begins, here), min(pause.ends, until)
        if begins < ends:
            found += [ClockSegment(SegmentKind.RUNNING, here, begins)] if here < begins else []
            found.append(ClockSegment(SegmentKind.PAUSED, begins, ends))
            here = ends
    return [*found, ClockSegment(SegmentKind.RUNNING, here, until)] if here < until else found


def strip(inputs: ClockInputs, until: datetime, calendar: WorkCalendar) -> list[ClockSegment]:
    """Return the same with the time that does not count apart: off, where the limit counts working time only."""
    found: list[ClockSegment] = []
    for segment in segments(inputs, until):
        running = segment.kind is SegmentKind.RUNNING and inputs.limit.unit.follows_calendar
        found += _working(segment, calendar) if running else [segment]
    return found


def _working(segment: ClockSegment, calendar: WorkCalendar) -> list[ClockSegment]:
    """Split a stretch in which the clock runs into what is worked and what is off."""
    found, here = [], segment.begins
    for interval in calendar.intervals_between(segment.begins, segment.ends):
        opens, closes = max(from_microseconds(interval.opens), here), from_microseconds(interval.closes)
        ends = min(closes, segment.ends)
        if here < opens:
            found.append(ClockSegment(SegmentKind.OFF, here, opens))
        if opens < ends:
            found.append(ClockSegment(SegmentKind.RUNNING, opens, ends))
        here = max(here, ends)
    return [*found, ClockSegment(SegmentKind.OFF, here, segment.ends)] if here < segment.ends else found
