"""One act to come, of somebody who is played."""

from dataclasses import dataclass
from datetime import datetime

from cases.life.details import (
    Details,
)
from cases.life.posts import TIMER, CaseActor
from cases.life.transitions import Act


@dataclass(frozen=True, slots=True)
class PlayStep:
    """One act to come. `details` is None where the catalogue and the calendars say them."""

    at: datetime
    act: Act
    actor: CaseActor
    details: Details | None = None
    reason: str = ""

    @property
    def is_timers(self) -> bool:
        """Whether `cityops watch` does it where it runs."""
        return self.actor == TIMER
