"""The two sets of slots of the reference vectors, and moments by the clock of the city."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from cases.clock.calendar import WorkCalendar, WorkSlot
from cases.clock.calendar_files import built_in_calendar
from cases.clock.deadline import ClockInputs
from cases.clock.limits import DayRule, Limit, LimitUnit

SHANGHAI = ZoneInfo("Asia/Shanghai")
SLOTS_B = (WorkSlot(8 * 60 + 30, 12 * 60), WorkSlot(13 * 60 + 30, 17 * 60 + 30))  # 7.5 hours


@cache
def calendar(slots: str = "A") -> WorkCalendar:
    """The calendar of the product: A has its slots (08-12, 14-18), B 08:30-12, 13:30-17:30."""
    city = built_in_calendar(SHANGHAI)
    return city if slots == "A" else city.derive("B", slots=SLOTS_B)


def without_2027() -> WorkCalendar:
    """The same before anybody gave it a year 2027."""
    city = calendar()
    return replace(city, years={year: status for year, status in city.years.items() if year != 2027})


def at(text: str, year: int = 2026) -> datetime:
    """ "02-13 17:00" of 2026, or of the year before it: "2027-01-05 16:00"."""
    return datetime.fromisoformat(text if text.count("-") == 2 else f"{year}-{text}").replace(tzinfo=SHANGHAI)


def limit(text: str, day_rule: DayRule = DayRule.HOURS) -> Limit:
    """ "4 wh", "2 wd", "2 uh" (紧急工作时) or "7 nd"."""
    number, unit = text.split()
    units = {
        "wh": LimitUnit.WORK_HOUR,
        "wd": LimitUnit.WORK_DAY,
        "uh": LimitUnit.URGENT_HOUR,
        "nd": LimitUnit.NATURAL_DAY,
    }
    return Limit(Decimal(number), units[unit], day_rule)


def inputs(start: str, text: str, day_rule: DayRule = DayRule.HOURS) -> ClockInputs:
    """The clock of a case that was dispatched at `start`."""
    return ClockInputs(at(start), limit(text, day_rule))
