"""Another limit, tried on cases that were dispatched: how many would have been overdue. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import ClockInputs, find_deadline
from cases.clock.limits import Limit
from cases.errors import CalendarMissing


@dataclass(frozen=True, slots=True)
class PastClock:
    """The clock of a case that was dispatched. `until`: when it was handled, or now, while it is not."""

    case_id: int
    standard: str
    clock: ClockInputs
    calendar: tuple[str, int]
    until: datetime


@dataclass(frozen=True, slots=True)
class LimitTrial:
    """What another limit of a condition would have made of its cases. `uncounted`: no calendar reaches so far."""

    standard: str
    before: Limit
    after: Limit
    cases: int = 0
    overdue_before: int = 0
    overdue_after: int = 0
    uncounted: int = 0

    def with_case(self, past: PastClock, calendars: Mapping[tuple[str, int], WorkCalendar]) -> "LimitTrial":
        """Return the trial with one more case: its pauses and extensions are those that were granted."""
        try:
            late = [_is_late(past, limit, calendars) for limit in (self.before, self.after)]
        except CalendarMissing:
            return replace(self, uncounted=self.uncounted + 1)
        return replace(
            self,
            cases=self.cases + 1,
            overdue_before=self.overdue_before + late[0],
            overdue_after=self.overdue_after + late[1],
        )


def try_limits(
    changed: Mapping[str, tuple[Limit, Limit]],
    past: Iterable[PastClock],
    calendars: Mapping[tuple[str, int], WorkCalendar],
) -> list[LimitTrial]:
    """Return a trial for each condition whose limit is another, by its key; those without any case too."""
    trials = {standard: LimitTrial(standard, *limits) for standard, limits in sorted(changed.items())}
    for case in past:
        trials[case.standard] = trials[case.standard].with_case(case, calendars)
    return list(trials.values())


def _is_late(past: PastClock, limit: Limit, calendars: Mapping[tuple[str, int], WorkCalendar]) -> bool:
    return find_deadline(replace(past.clock, limit=limit), calendars[past.calendar]).is_past(past.until)
