"""A time limit: a number, one of the four units of urban management, and the convention by which days are counted."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from cases.errors import LimitUnusable

LONGEST = 3660  # of any unit: a slip of the keyboard is refused, and no count runs for ever
_MICROSECONDS_PER_HOUR = 3_600_000_000


class LimitUnit(StrEnum):
    """What a limit counts."""

    URGENT_HOUR = "urgent_hour"  # 紧急工作时: every hour of the clock, day and night
    WORK_HOUR = "work_hour"  # 工作时: only inside the slots of working days
    WORK_DAY = "work_day"  # 工作日
    NATURAL_DAY = "natural_day"  # 自然日; an 紧急工作日 is one too

    @property
    def follows_calendar(self) -> bool:
        """Whether only working time counts."""
        return self in (LimitUnit.WORK_HOUR, LimitUnit.WORK_DAY)


class DayRule(StrEnum):
    """When the last day of a limit in days ends: cities differ."""

    HOURS = "hours"  # a day is as many hours as its slots have (a natural day: 24)
    SAME_CLOCK = "same_clock"  # at the same time of day as it began
    END_OF_DAY = "end_of_day"  # the first day does not count, the last ends with business (Civil Code, art. 201-203)


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time: `value` of `unit`. Days by another rule than hours are whole. Raises LimitUnusable."""

    value: Decimal
    unit: LimitUnit
    day_rule: DayRule = DayRule.HOURS

    def __post_init__(self) -> None:
        if not 0 < self.value <= LONGEST:
            raise LimitUnusable(f"A limit of {self.value} is not above 0 and at most {LONGEST}")
        if self.day_rule is DayRule.HOURS:
            return
        if self.unit in (LimitUnit.URGENT_HOUR, LimitUnit.WORK_HOUR):
            raise LimitUnusable(f"Hours have no day rule {self.day_rule!r}")
        if self.value != int(self.value):
            raise LimitUnusable(f"{self.value} days by the rule {self.day_rule!r} are not whole")

    @property
    def days(self) -> int:
        """The number of days of a limit whose days are whole."""
        return int(self.value)

    @property
    def short(self) -> str:
        """The limit as files have it, such as "2u"; how days are counted is not in it."""
        letter = next(letter for letter, unit in _UNITS.items() if unit is self.unit)
        return f"{self.value.normalize():f}{letter}"

    def span(self, hours_per_day: Decimal) -> timedelta:
        """Return the time that the limit stands for when a day has so many hours."""
        of_days = self.unit in (LimitUnit.WORK_DAY, LimitUnit.NATURAL_DAY)
        hours = self.value * (hours_per_day if of_days else 1)
        return timedelta(microseconds=int(hours * _MICROSECONDS_PER_HOUR))


_LIMIT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([uhdn])")
_UNITS = {
    "u": LimitUnit.URGENT_HOUR,
    "h": LimitUnit.WORK_HOUR,
    "d": LimitUnit.WORK_DAY,
    "n": LimitUnit.NATURAL_DAY,
}


def read_limit(text: str) -> Limit:
    """Return a limit from its short form. Raises LimitUnusable."""
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        raise LimitUnusable(f"{text!r} is no limit such as 2u, 4h, 1d or 2n")
    return Limit(Decimal(match[1]), _UNITS[match[2]], DayRule.HOURS)
