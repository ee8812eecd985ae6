"""A case as those who play people see it, and one act to come: the dice are seeded by the case. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from random import Random

from cases.clock.calendar import WorkCalendar
from cases.clock.deadline import moment_of
from cases.life.case import Case
from cases.play.pictures import draw_picture

BUSY, BUSY_FOR = 7, 5  # of a hundred, and how many times as long it takes then


@dataclass(frozen=True)
class PlayedCase:
    """A case as it stands since `last_at`, and the dice of its story."""

    case: Case
    last_at: datetime
    story: str  # the seed with the name of the case
    calendar: WorkCalendar

    @cached_property
    def chance(self) -> Random:
        """The dice of this one step."""
        return Random(f"{self.story}/{self.case.version}")  # noqa: S311  (a story, no secret)

    @cached_property
    def nature(self) -> Random:
        """The dice of the whole case: thrown in the same order, they always say the same."""
        return Random(self.story)  # noqa: S311

    def happens(self, percent: float) -> bool:
        """Throw for something that happens so often."""
        return self.chance.random() * 100 < percent

    def after(self, least: float, most: float) -> datetime:
        """Return a moment so many minutes after the last act; now and then somebody is busy with something else."""
        minutes = self.chance.uniform(least, most)
        return self.last_at + timedelta(minutes=minutes * BUSY_FOR if self.happens(BUSY) else minutes)

    def at_share(self, share: float) -> datetime:
        """Return when so much of the limit is used, in working time where that counts; never before the last act."""
        clock, deadline = self.case.running_clock, self.case.deadline
        if clock is None or deadline is None:
            return self.after(5, 10)
        moment = moment_of(min(share, 1), clock, self.calendar)
        if share > 1:
            moment += (deadline.at - clock.start) * (share - 1)
            if clock.limit.unit.follows_calendar:
                moment = self.calendar.next_opening(moment)
        return max(moment, self.after(1, 3))

    def photo(self) -> tuple[str, ...]:
        """Return the name of the photograph that is taken now: `draw_picture` of the story and the version draws it."""
        return (sha256(draw_picture(f"{self.story}/{self.case.version}")).hexdigest(),)
