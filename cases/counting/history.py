"""The history of a case as the evaluation reads it, and the flags that it is counted by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import ClockInputs, find_deadline
from cases.clock.limits import Limit
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.transitions import Act


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case as it is, and everything that was done with it, in order. `source`: how it came in."""

    case_id: int
    case: Case
    source: str
    deeds: tuple[Deed, ...]

    def of(self, *acts: Act) -> Iterator[Deed]:
        """Yield what was done of some acts."""
        return (deed for deed in self.deeds if deed.act in acts)

    def last(self, *acts: Act) -> Deed | None:
        """Return the last of some acts."""
        return next((deed for deed in reversed(self.deeds) if deed.act in acts), None)

    def before(self, deed: Deed, *acts: Act) -> Deed | None:
        """Return the last of some acts before another one."""
        place = self.deeds.index(deed)
        return next((one for one in reversed(self.deeds[:place]) if one.act in acts), None)

    def after(self, deed: Deed, *acts: Act) -> Deed | None:
        """Return the first of some acts after another one."""
        place = self.deeds.index(deed)
        return next((one for one in self.deeds[place + 1 :] if one.act in acts), None)


@dataclass(frozen=True, slots=True)
class Flag:
    """A case counts once for a unit. `at`: in which period, the deadline of what was to be done, or when it was."""

    scores: str
    unit: str
    count: str
    at: datetime
    case_id: int


@dataclass(frozen=True, slots=True)
class StepClock:
    """Until when the centre does its own steps. `now`: what was not done by then is not done."""

    limits: Mapping[str, Limit]
    calendar: WorkCalendar
    now: datetime

    def due(self, step: str, since: datetime) -> datetime:
        """Return when a step is due that could be done since a moment."""
        return find_deadline(ClockInputs(since, self.limits[step]), self.calendar).at
