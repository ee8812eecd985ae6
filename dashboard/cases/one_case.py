"""One case with all that a page and a program show of it: its clock, tasks, requests, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.clock.clock_light import light
from cases.clock.progress import ClockSegment, strip
from cases.life.case import Case
from cases.life.posts import CaseActor
from cases.life.rehearsal import ActOption, act_options
from cases.store.case_store import case_events, case_row, find_case
from cases.store.catalogue.calendars import StoredCalendars
from cityops.storage import Row, Transaction


@dataclass(frozen=True, slots=True)
class CaseClock:
    """What the clock of handling counted up to a moment, and what it will count up to the deadline."""

    segments: list[ClockSegment]
    light: str
    now: datetime
    due_at: datetime
    provisional: bool
    stopped_at: datetime | None  # it was handled

    @property
    def left(self) -> timedelta:
        """How much time is left; less than nothing when it is late."""
        return self.due_at - (self.stopped_at or self.now)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as somebody sees it."""

    case_id: int
    row: Row
    case: Case
    events: list[Row]
    options: list[ActOption]
    clock: CaseClock | None


def read_case_view(tx: Transaction, case_id: int, held: Sequence[CaseActor], now: datetime) -> CaseView:
    """Return a case. Raises CaseUnknown."""
    row, case = case_row(tx, case_id), find_case(tx, case_id)
    options = act_options(case, held, now)
    return CaseView(case_id, row, case, case_events(tx, case_id), options, _clock(tx, case, now))


def _clock(tx: Transaction, case: Case, now: datetime) -> CaseClock | None:
    clock, deadline = case.running_clock, case.deadline
    if clock is None or deadline is None:
        return None
    calendar = StoredCalendars(tx)[case.calendar]
    stopped = case.handled_at or case.ended_at
    until = max(stopped or now, deadline.at, clock.start)
    colour = light(clock, stopped or now, calendar)
    return CaseClock(strip(clock, until, calendar), colour, now, deadline.at, deadline.provisional, stopped)
