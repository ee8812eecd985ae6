"""When a step of a case is due: one pure function of what is stored with the case.

The same function answers while a case is open and years later. `case_due` in the database gives the same answer, and
a test compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from cases.clock.calendar import WorkCalendar, YearStatus
from cases.clock.limits import DayRule, Limit, LimitUnit
from cases.errors import PauseUnusable

_DAY = timedelta(days=1)
_HOURS_OF_NATURAL_DAY = Decimal(24)


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension (挂账): the clock stands still from `begins` to `ends`, which is planned until it is over."""

    begins: datetime
    ends: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether the clock stands still at a moment."""
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True)
class ClockInputs:
    """All that a deadline follows from, beside the calendar. Times are aware. Raises PauseUnusable."""

    start: datetime
    limit: Limit
    extensions: tuple[Limit, ...] = ()
    pauses: tuple[Pause, ...] = ()  # in order

    def __post_init__(self) -> None:
        ends_too_soon = any(pause.ends < pause.begins for pause in self.pauses)
        if ends_too_soon or any(later.begins < earlier.ends for earlier, later in pairwise(self.pauses)):
            raise PauseUnusable

    def extended(self, limit: Limit) -> "ClockInputs":
        """Return the inputs after a granted extension (延期)."""
        return replace(self, extensions=(*self.extensions, limit))

    def paused(self, begins: datetime, ends: datetime) -> "ClockInputs":
        """Return the inputs after a granted suspension that is to last until `ends`. Raises PauseUnusable."""
        return replace(self, pauses=(*self.pauses, Pause(begins, ends)))

    def resumed(self, at: datetime) -> "ClockInputs":
        """Return the inputs after work goes on: earlier than planned, or, however late the timer is, as planned."""
        *earlier, last = self.pauses
        return replace(self, pauses=(*earlier, replace(last, ends=min(last.ends, max(at, last.begins)))))

    def is_paused(self, moment: datetime) -> bool:
        """Whether the clock stands still."""
        return any(pause.covers(moment) for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (UTC). `provisional`: it reaches a year whose working days are not announced."""

    at: datetime
    provisional: bool = False

    def is_past(self, now: datetime) -> bool:
        """Whether it is overdue: later than the last moment that still counts as in time."""
        return now > self.at


def find_deadline(inputs: ClockInputs, calendar: WorkCalendar) -> Deadline:
    """Return the deadline. Raises CalendarMissing when it reaches a year that the calendar does not cover.

    Each extension begins where the limit ends. What a pause takes is added behind the end, by the measure of the unit,
    so a pause that begins after the deadline changes nothing.
    """
    due = _count(inputs.start, inputs.limit, calendar)
    for extension in inputs.extensions:
        due = _count(due, extension, calendar)
    for pause in inputs.pauses:
        begins = max(pause.begins, inputs.start)
        if begins < due and begins < pause.ends:
            due = _push(due, _measure(begins, pause.ends, inputs.limit.unit, calendar), inputs.limit, calendar)
    limits = (inputs.limit, *inputs.extensions)
    if not any(needs_calendar(limit) for limit in limits):
        return Deadline(due)
    return Deadline(due, YearStatus.ASSUMED in set(calendar.statuses(inputs.start, due)))


def needs_calendar(limit: Limit) -> bool:
    """Whether a limit cannot be counted without knowing which days are worked."""
    return limit.unit.follows_calendar or limit.day_rule is DayRule.END_OF_DAY


def find_deadlines(inputs: ClockInputs, stages: Sequence[Limit], calendar: WorkCalendar) -> list[Deadline]:
    """Return the deadline of each stage of a staged limit, all counted from the same start.

    Stages are independent: that one is met early or late moves no other. Extensions and pauses are those of the case.
    """
    return [find_deadline(replace(inputs, limit=stage), calendar) for stage in stages]


def running_time(inputs: ClockInputs, until: datetime, calendar: WorkCalendar) -> timedelta:
    """Return how much of the limit is used at a moment, by the measure of its unit. Raises CalendarMissing."""
    unit = inputs.limit.unit
    used = _measure(inputs.start, max(until, inputs.start), unit, calendar)
    for pause in inputs.pauses:
        begins, ends = max(pause.begins, inputs.start), min(pause.ends, until)
        if begins < ends:
            used -= _measure(begins, ends, unit, calendar)
    return used


def moment_of(share: float, inputs: ClockInputs, calendar: WorkCalendar) -> datetime:
    """Return when so much of the time is used: 0.5 is half of it, 1 the deadline (UTC). Raises CalendarMissing."""
    due = find_deadline(inputs, calendar).at
    if share >= 1:
        return due
    wanted = running_time(inputs, due, calendar) * share
    moment = _go_on(inputs.start, wanted, inputs.limit.unit, calendar)
    for pause in inputs.pauses:
        begins = max(pause.begins, inputs.start)
        if begins < moment and begins < pause.ends:
            lost = _measure(begins, pause.ends, inputs.limit.unit, calendar)
            moment = _go_on(moment, lost, inputs.limit.unit, calendar)
    return moment


def _count(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    if limit.day_rule is DayRule.END_OF_DAY:
        return _last_day_ends(calendar.local_date(start), limit, calendar)
    if limit.day_rule is DayRule.SAME_CLOCK:
        return _same_clock(start, limit, calendar)
    hours = calendar.hours_per_day if limit.unit is LimitUnit.WORK_DAY else _HOURS_OF_NATURAL_DAY
    return _go_on(start, limit.span(hours), limit.unit, calendar)


def _last_day_ends(first: date, limit: Limit, calendar: WorkCalendar) -> datetime:
    if limit.unit is LimitUnit.WORK_DAY:
        return calendar.close_of(calendar.later_work_date(first, limit.days))
    return _end_of_legal_day(first + limit.days * _DAY, calendar)


def _end_of_legal_day(day: date, calendar: WorkCalendar) -> datetime:
    """A period that ends on a day off ends on the next working day, though somebody may be on duty before."""
    while not calendar.is_work_day(day):
        day += _DAY
    return calendar.close_of(day)


def _same_clock(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    if limit.unit is LimitUnit.NATURAL_DAY:
        return (start.astimezone(calendar.zone) + limit.days * _DAY).astimezone(UTC)
    begins = calendar.next_opening(start).astimezone(calendar.zone)
    day = calendar.later_work_date(begins.date(), limit.days)
    return datetime.combine(day, begins.timetz()).astimezone(UTC)


def _push(due: datetime, lost: timedelta, limit: Limit, calendar: WorkCalendar) -> datetime:
    moved = _go_on(due, lost, limit.unit, calendar)
    if limit.day_rule is not DayRule.END_OF_DAY:
        return moved
    day = calendar.local_date(moved)
    return calendar.close_of(day) if limit.unit is LimitUnit.WORK_DAY else _end_of_legal_day(day, calendar)


def _measure(start: datetime, end: datetime, unit: LimitUnit, calendar: WorkCalendar) -> timedelta:
    return calendar.worked(start, end) if unit.follows_calendar else end - start


def _go_on(start: datetime, amount: timedelta, unit: LimitUnit, calendar: WorkCalendar) -> datetime:
    return calendar.advance(start, amount) if unit.follows_calendar else start.astimezone(UTC) + amount
