"""A working calendar: which days are worked, in which slots, and how sure that is. Pure.

China moves working days around its holidays (调休) and announces each year's days in the autumn before, so a calendar
is data with a status for each year. All working time lies on one time line with running totals: what was worked
between two moments, and when a limit is used up, are two look-ups. `work_interval` in the database is the same line.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cases.errors import CalendarError, CalendarMissing
from cityops.clock import check_aware, from_microseconds, microseconds

MINUTES_PER_DAY = 24 * 60
_DAY = timedelta(days=1)
_SATURDAY = 5


class YearStatus(StrEnum):
    """How sure the days of a year are."""

    ANNOUNCED = "announced"  # the State Council has published them
    ASSUMED = "assumed"  # statutory days only: every deadline that reaches the year is provisional


class DayKind(StrEnum):
    """What a day is by law."""

    WORK = "work"
    OFF = "off"


class WorkSlot(NamedTuple):
    """A part of the day in which work is done, in minutes since midnight by the city's clock."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that is not what its weekday says. `staffed`: it is off, and yet somebody works."""

    kind: DayKind
    note: str = ""
    staffed: bool = False


class WorkInterval(NamedTuple):
    """One stretch of working time (microseconds since 1970 UTC), and how much was worked before it."""

    day: date
    opens: int
    closes: int
    worked_before: int

    @property
    def worked_after(self) -> int:
        """How much was worked at its end, in microseconds."""
        return self.worked_before + self.closes - self.opens


@dataclass(frozen=True)
class WorkCalendar:
    """The calendar of a city or a department. `years` follow one another; `days` are those unlike their weekday.

    Raises CalendarError when slots overlap or years have a gap.
    """

    code: str
    version: int
    zone: ZoneInfo
    slots: tuple[WorkSlot, ...]
    years: Mapping[int, YearStatus]
    days: Mapping[date, CalendarDay] = field(default_factory=dict)
    always_staffed: bool = False  # water, power, gas and heat work on every day

    def __post_init__(self) -> None:
        _check_slots(self.code, self.slots)
        wanted = list(range(min(self.years, default=0), max(self.years, default=-1) + 1))
        if not wanted or sorted(self.years) != wanted:
            raise CalendarError(f"The calendar {self.code!r} has no years, or a gap. Give one year after the other.")

    def derive(
        self,
        code: str,
        *,
        slots: tuple[WorkSlot, ...] | None = None,
        staffed: Mapping[date, str] | None = None,
        always_staffed: bool = False,
    ) -> "WorkCalendar":
        """Return the calendar of a department: the city's, with slots of its own and more days on which it works.

        `staffed` says why for each such day.
        """
        more = {day: replace(self.day(day), staffed=True, note=note) for day, note in (staffed or {}).items()}
        return replace(
            self,
            code=code,
            slots=slots or self.slots,
            days={**self.days, **more},
            always_staffed=self.always_staffed or always_staffed,
        )

    def day(self, day: date) -> CalendarDay:
        """Return what a day is. Raises CalendarMissing for a year that the calendar does not cover."""
        if day.year not in self.years:
            raise CalendarMissing(self.code, day.year)
        weekend = day.weekday() >= _SATURDAY
        return self.days.get(day) or CalendarDay(DayKind.OFF if weekend else DayKind.WORK)

    def is_work_day(self, day: date) -> bool:
        """Whether a day is a working day by law, whoever is on duty. Raises CalendarMissing."""
        return self.day(day).kind is DayKind.WORK

    def is_worked(self, day: date) -> bool:
        """Whether its slots count: a working day, or one that is staffed all the same. Raises CalendarMissing."""
        found = self.day(day)
        return self.always_staffed or found.staffed or found.kind is DayKind.WORK

    @cached_property
    def hours_per_day(self) -> Decimal:
        """How many hours the slots of a day have."""
        return Decimal(sum(slot.closes - slot.opens for slot in self.slots)) / 60

    @cached_property
    def work_dates(self) -> list[date]:
        """Every day that is worked, in order."""
        first, last = date(min(self.years), 1, 1), date(max(self.years), 12, 31)
        every = (first + number * _DAY for number in range((last - first).days + 1))
        return [day for day in every if self.is_worked(day)]

    @cached_property
    def intervals(self) -> list[WorkInterval]:
        """All working time of the years covered, in order, with its running total."""
        line: list[WorkInterval] = []
        worked = 0
        for day in self.work_dates:
            for slot in self.slots:
                opens, closes = (microseconds(self._moment(day, minute)) for minute in slot)
                line.append(WorkInterval(day, opens, closes, worked))
                worked += closes - opens
        return line

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two moments. Raises CalendarMissing."""
        return timedelta(microseconds=self._worked_until(end) - self._worked_until(start))

    def intervals_between(self, start: datetime, end: datetime) -> list[WorkInterval]:
        """Return the stretches of working time that touch a span, in order."""
        first = bisect_right(self.intervals, microseconds(start), key=lambda interval: interval.closes)
        last = bisect_left(self.intervals, microseconds(end), key=lambda interval: interval.opens)
        return self.intervals[first:last]

    def advance(self, start: datetime, amount: timedelta) -> datetime:
        """Return the earliest moment (UTC) at which `amount` was worked since `start`. Raises CalendarMissing."""
        wanted = self._worked_until(start) + amount // timedelta(microseconds=1)
        place = bisect_left(self.intervals, wanted, key=lambda interval: interval.worked_after)
        if place == len(self.intervals):
            raise CalendarMissing(self.code, max(self.years) + 1)
        interval = self.intervals[place]
        return max(check_aware(start), from_microseconds(interval.opens + wanted - interval.worked_before))

    def next_opening(self, moment: datetime) -> datetime:
        """Return the moment itself inside a slot, else when the next one opens (UTC). Raises CalendarMissing."""
        self._worked_until(moment)
        here = microseconds(moment)
        place = bisect_right(self.intervals, here, key=lambda interval: interval.closes)
        if place == len(self.intervals):
            raise CalendarMissing(self.code, max(self.years) + 1)
        return from_microseconds(max(here, self.intervals[place].opens))

    def later_work_date(self, day: date, number: int) -> date:
        """Return the day that is the `number`th worked one after `day`. Raises CalendarMissing."""
        self.day(day)
        place = bisect_right(self.work_dates, day) + number - 1
        if place >= len(self.work_dates):
            raise CalendarMissing(self.code, max(self.years) + 1)
        return self.work_dates[place]

    def close_of(self, day: date) -> datetime:
        """Return the end of business of a day, worked or not (UTC)."""
        return self._moment(day, self.slots[-1].closes)

    def local_date(self, moment: datetime) -> date:
        """Return the day of a moment by the city's clock."""
        return moment.astimezone(self.zone).date()

    def statuses(self, start: datetime, end: datetime) -> Iterator[YearStatus]:
        """Yield how sure each year between two moments is. Raises CalendarMissing."""
        for year in range(self.local_date(start).year, self.local_date(end).year + 1):
            if year not in self.years:
                raise CalendarMissing(self.code, year)
            yield self.years[year]

    def _worked_until(self, moment: datetime) -> int:
        year = self.local_date(moment).year
        if year not in self.years:
            raise CalendarMissing(self.code, year)
        here = microseconds(check_aware(moment))
        place = bisect_right(self.intervals, here, key=lambda interval: interval.opens)
        if not place:
            return 0
        last = self.intervals[place - 1]
        return last.worked_before + min(here, last.closes) - last.opens

    def _moment(self, day: date, minute: int) -> datetime:
        midnight = datetime.combine(day + minute // MINUTES_PER_DAY * _DAY, time(), self.zone)
        return (midnight + timedelta(minutes=minute % MINUTES_PER_DAY)).astimezone(UTC)


def _check_slots(code: str, slots: tuple[WorkSlot, ...]) -> None:
    edges = [minute for slot in slots for minute in slot]
    rising = all(slot.opens < slot.closes for slot in slots) and edges == sorted(edges)
    if not slots or not rising or edges[0] < 0 or edges[-1] > MINUTES_PER_DAY:
        raise CalendarError(f"The slots of the calendar {code!r} are none, overlap or leave the day. Correct them.")
