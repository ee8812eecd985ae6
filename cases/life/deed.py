"""What somebody does, when, and what they say with it: the row of `case_event` that is not yet written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cases.errors import ActRefused
from cases.life.details import Details
from cases.life.posts import CaseActor
from cases.life.transitions import Act

Said = TypeVar("Said", bound=Details)


@dataclass(frozen=True, slots=True)
class Deed:
    """One act. `at` is aware; `reason` are words of a person, in no language of the program's."""

    act: Act
    actor: CaseActor
    at: datetime
    reason: str = ""
    details: Details = field(default_factory=Details)

    def said(self, kind: type[Said]) -> Said:
        """Return what was said with the act. Raises ActRefused when that is something else."""
        if not isinstance(self.details, kind):
            raise ActRefused(f"“{self.act}” wants other details than these.")
        return self.details


def need(condition: object, why: str) -> None:
    """Raise ActRefused with a sentence unless something holds."""
    if not condition:
        raise ActRefused(why)
