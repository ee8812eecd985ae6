"""Reads a working calendar: years from TOML files, each with its source, and the slots of the city."""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo

import msgspec

from cases.clock.calendar import CalendarDay, DayKind, WorkCalendar, WorkSlot, YearStatus
from cases.errors import CalendarError

CITY = "city"  # the code of the calendar that all others derive from
BUILT_IN_VERSION = 1


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A holiday, and the days at weekends that are worked for it."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...] = ()


class CalendarYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file: a year, how sure it is, and where that comes from."""

    year: int
    status: YearStatus
    source: str
    holiday: tuple[Holiday, ...] = ()

    def days(self) -> Iterator[tuple[date, CalendarDay]]:
        """Yield every day that is not what its weekday says."""
        for holiday in self.holiday:
            for number in range((holiday.last - holiday.first).days + 1):
                yield holiday.first + timedelta(days=number), CalendarDay(DayKind.OFF, holiday.name)
            for day in holiday.worked:
                yield day, CalendarDay(DayKind.WORK, f"{holiday.name}调休")


class SlotTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The hours of work, such as [["08:00", "12:00"], ["14:00", "18:00"]]."""

    slots: tuple[tuple[str, str], ...]


def built_in_calendar(zone: ZoneInfo) -> WorkCalendar:
    """Return the calendar that comes with the product."""
    folder = files("cases").joinpath("data", "calendars")
    years = [
        read_year(file.read_text(encoding="utf-8"), file.name) for file in _in_order(folder) if file.name[0].isdigit()
    ]
    slots = read_slots(folder.joinpath("slots.toml").read_text(encoding="utf-8"), "slots.toml")
    return make_calendar(years, slots, zone=zone, version=BUILT_IN_VERSION)


def read_year(text: str, name: str) -> CalendarYear:
    """Return a year from TOML. Raises CalendarError naming the file, the entry and the reason."""
    try:
        found = msgspec.convert(tomllib.loads(text), CalendarYear)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CalendarError(f"{name}: {error}. {CalendarError.__doc__}") from error
    for holiday in found.holiday:
        _check_holiday(holiday, found.year, name)
    listed = [day for day, _ in found.days()]
    twice = next((day for day in listed if listed.count(day) > 1), None)
    if twice is not None:
        raise CalendarError(f"{name}: {twice} is named twice. {CalendarError.__doc__}")
    return found


def read_slots(text: str, name: str) -> tuple[WorkSlot, ...]:
    """Return the slots of a working day from TOML. Raises CalendarError."""
    try:
        found = msgspec.convert(tomllib.loads(text), SlotTable)
        return tuple(WorkSlot(_minute(opens), _minute(closes)) for opens, closes in found.slots)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise CalendarError(f"{name}: {error}. {CalendarError.__doc__}") from error


def make_calendar(
    years: Iterable[CalendarYear], slots: tuple[WorkSlot, ...], *, zone: ZoneInfo, version: int, code: str = CITY
) -> WorkCalendar:
    """Put years and slots together. Raises CalendarError when years have a gap."""
    listed = list(years)
    return WorkCalendar(
        code=code,
        version=version,
        zone=zone,
        slots=slots,
        years={year.year: year.status for year in listed},
        days=dict(day for year in listed for day in year.days()),
    )


def _check_holiday(holiday: Holiday, year: int, name: str) -> None:
    if not holiday.first <= holiday.last or {holiday.first.year, holiday.last.year} != {year}:
        raise CalendarError(f"{name}: {holiday.name} does not lie in {year}, or ends early. {CalendarError.__doc__}")
    for day in holiday.worked:
        if day.year != year or day.weekday() < 5:
            raise CalendarError(f"{name}: {day} is no weekend day of {year} to be worked. {CalendarError.__doc__}")


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _in_order(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda file: file.name)
