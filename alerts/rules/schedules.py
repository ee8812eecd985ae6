"""When a rule applies: days of the week and hours of a time zone."""

from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from alerts.conditions.base import Wrong


class Day(StrEnum):
    """A day of the week, in the order of `datetime.weekday`."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


EVERY_DAY = tuple(Day)


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From `start` up to `end`, on these days. One that ends earlier than it starts goes over midnight.

    The hours after midnight belong to the day on which it started. `start` = `end` is the whole day.
    """

    zone: str
    days: tuple[Day, ...] = EVERY_DAY
    start: str = "00:00"
    end: str = "00:00"

    def applies(self, moment: datetime) -> bool:
        """Whether the rule applies at a moment (with a zone)."""
        local = moment.astimezone(ZoneInfo(self.zone))
        start, end, clock = time.fromisoformat(self.start), time.fromisoformat(self.end), local.time()
        today = EVERY_DAY[local.weekday()] in self.days
        if start < end:
            return today and start <= clock < end
        yesterday = EVERY_DAY[local.weekday() - 1] in self.days
        return (today and clock >= start) or (yesterday and clock < end)

    def check(self) -> None:
        """Raise Wrong when it cannot be read or never applies."""
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Wrong("schedule.zone", f"{self.zone!r} is no time zone. Use a name such as Asia/Shanghai.") from None
        if not self.days:
            raise Wrong("schedule.days", "is empty, so it never applies. Name days, or leave it out.")
        for field in ("start", "end"):
            _check_clock(f"schedule.{field}", getattr(self, field))


def _check_clock(field: str, text: str) -> None:
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise Wrong(field, f"{text!r} is no time of day. Write hours and minutes, such as 22:00.") from None
    if clock.tzinfo is not None:
        raise Wrong(field, f"{text!r} has a zone of its own. Name it in schedule.zone.")
