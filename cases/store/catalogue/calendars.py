"""Working calendars in the database, by version. A version never changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from cases.clock.calendar import CalendarDay, WorkCalendar, WorkSlot, YearStatus
from cases.clock.calendar_files import CITY, CalendarYear, built_in_calendar
from cases.clock.deadline import ClockInputs, Deadline
from cases.errors import CalendarMissing
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cases")


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a version is made of."""

    zone: str
    slots: tuple[WorkSlot, ...]
    years: dict[int, YearStatus]
    days: dict[date, CalendarDay]
    always_staffed: bool


class StoredCalendars(Mapping[tuple[str, int], WorkCalendar]):
    """The calendars of the database by code and version. Raises CalendarMissing for one that is not there."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __getitem__(self, key: tuple[str, int]) -> WorkCalendar:
        code, version = key
        content = self._tx.value(SQL["calendar_version"], calendar=code, version=version)
        if content is None:
            raise CalendarMissing(code, version)
        return _build(code, version, content)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(())

    def __len__(self) -> int:
        return 0


def seed_calendar(tx: Transaction, zone: ZoneInfo, *, actor: str, now: datetime) -> None:
    """Give a city without a working calendar that of the product."""
    if calendar_in_force(tx, CITY) is None:
        import_calendar(tx, built_in_calendar(zone), actor=actor, now=now)


def import_calendar(tx: Transaction, calendar: WorkCalendar, *, actor: str, now: datetime) -> int:
    """Store a calendar as the next version of its code, from now on in force; return its number.

    Cases keep the version by which they were counted.
    """
    version = int(tx.value(SQL["next_calendar_version"], calendar=calendar.code, now=now))
    key = {"calendar": calendar.code, "version": version}
    content = _write(calendar)
    tx.execute(SQL["store_calendar_version"], **key, content=content, now=now, actor=actor)
    tx.execute(SQL["store_work_days"], **key, **_days(calendar))
    line = calendar.intervals
    columns = {name: [getattr(part, name) for part in line] for name in _INTERVAL_COLUMNS}
    tx.execute(SQL["store_work_intervals"], **key, **columns)
    years = {str(year): status.value for year, status in calendar.years.items()}
    record(tx, actor, "case.calendar", calendar.code, at=now, detail={"version": version, "years": years})
    return version


def import_years(tx: Transaction, years: Sequence[CalendarYear], *, zone: ZoneInfo, actor: str, now: datetime) -> int:
    """Replace or add years of the city's calendar as its next version; return its number. Raises CalendarError."""
    version = calendar_in_force(tx, CITY)
    known = built_in_calendar(zone) if version is None else StoredCalendars(tx)[CITY, version]
    replaced = {year.year for year in years}
    days = {day: found for day, found in known.days.items() if day.year not in replaced}
    calendar = replace(
        known,
        years={**known.years, **{year.year: year.status for year in years}},
        days=days | dict(day for year in years for day in year.days()),
    )
    return import_calendar(tx, calendar, actor=actor, now=now)


def calendar_in_force(tx: Transaction, code: str) -> int | None:
    """Return the version of a calendar that counts what is dispatched now; None where there is no such calendar."""
    found = tx.value(SQL["calendar_in_force"], calendar=code)
    return None if found is None else int(found)


def count_due(tx: Transaction, clock: ClockInputs, calendar: WorkCalendar) -> Deadline | None:
    """Return the deadline as the database counts it; None where the calendar does not cover a year."""
    row = tx.row(
        SQL["count_due"],
        calendar=calendar.code,
        version=calendar.version,
        zone=calendar.zone.key,
        day_hours=calendar.hours_per_day,
        clock=msgspec.json.encode(clock).decode(),
    )
    return None if row is None or row["due"] is None else Deadline(row["due"], row["provisional"])


_INTERVAL_COLUMNS = ("opens", "closes", "worked_before", "worked_after")


def _write(calendar: WorkCalendar) -> str:
    content = CalendarContent(
        calendar.zone.key,
        calendar.slots,
        dict(sorted(calendar.years.items())),
        dict(sorted(calendar.days.items())),
        calendar.always_staffed,
    )
    return msgspec.json.encode(content).decode()


@lru_cache(maxsize=64)
def _build(code: str, version: int, content: str) -> WorkCalendar:
    found = msgspec.json.decode(content, type=CalendarContent)
    return WorkCalendar(
        code=code,
        version=version,
        zone=ZoneInfo(found.zone),
        slots=found.slots,
        years=found.years,
        days=found.days,
        always_staffed=found.always_staffed,
    )


def _days(calendar: WorkCalendar) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {name: [] for name in ("day", "by_law", "worked", "assumed", "closes", "place")}
    day, place = date(min(calendar.years), 1, 1), 0
    while day.year in calendar.years:
        worked = calendar.is_worked(day)
        place += worked
        values = {
            "day": day,
            "by_law": calendar.is_work_day(day),
            "worked": worked,
            "assumed": calendar.years[day.year] is YearStatus.ASSUMED,
            "closes": calendar.close_of(day),
            "place": place,
        }
        for name, value in values.items():
            columns[name].append(value)
        day += timedelta(days=1)
    return columns
