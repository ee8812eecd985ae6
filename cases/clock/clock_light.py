"""The light of a clock, and when somebody is reminded. Pure."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import ClockInputs, find_deadline, moment_of, running_time
from cases.clock.limits import LimitUnit

YELLOW_FROM = 0.8  # of the time used, as in the platforms of China Unicom
REMIND_AT = (0.5, 0.8, 1.0)


class ClockLight(StrEnum):
    """The traffic light of a case; red is past its deadline."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


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
