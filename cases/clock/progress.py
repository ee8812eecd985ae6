"""How far the clock of a step is: what ran and what stood still, its light, and when people are reminded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import ClockInputs, find_deadline, moment_of, running_time
from cases.clock.limits import LimitUnit
from cityops.clock import from_microseconds

YELLOW_FROM = 0.8  # of the time used, as in the platforms of China Unicom
REMIND_AT = (0.5, 0.8, 1.0)


class SegmentKind(StrEnum):
    """What the clock does."""

    RUNNING = "running"
    PAUSED = "paused"
    OFF = "off"  # nobody works: holidays, nights, lunch


class ClockLight(StrEnum):
    """The traffic light of a case; red is past its deadline."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


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


def share_used(inputs: ClockInputs, now: datetime, calendar: WorkCalendar) -> float:
    """Return the share of the time that is used; above 1 it is late by its own measure. Raises CalendarMissing."""
    whole = running_time(inputs, find_deadline(inputs, calendar).at, calendar)
    return running_time(inputs, now, calendar) / whole


def light(inputs: ClockInputs, now: datetime, calendar: WorkCalendar) -> ClockLight:
    """Return the light. Past the deadline is red, though no working time may have passed since."""
    if find_deadline(inputs, calendar).is_past(now):
        return ClockLight.RED
    return ClockLight.YELLOW if share_used(inputs, now, calendar) >= YELLOW_FROM else ClockLight.GREEN


def reminders(
    inputs: ClockInputs, calendar: WorkCalendar, *, not_before: Callable[[datetime], datetime]
) -> list[datetime]:
    """Return when people are reminded, by the working time used. Raises CalendarMissing.

    `not_before` moves a moment out of the quiet hours (`alerts.notify.contacts.Policy.due`); urgent limits have none.
    """
    urgent = inputs.limit.unit is LimitUnit.URGENT_HOUR
    moments = [moment_of(share, inputs, calendar) for share in REMIND_AT]
    return moments if urgent else [not_before(moment) for moment in moments]
