"""A data set: what it is, who provides it, and what was decided about it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cityops.catalogue import Names
from sharing.datasets.grades import Grades, Openness, check_grades, openness
from sharing.errors import DecisionUnusable

LONGEST = {"provider": 60, "category": 200, "licence": 200, "basis": 1000}  # characters


class Subject(StrEnum):
    """What a set tells of."""

    READINGS = "readings"
    HOURS = "hours"
    AREAS = "areas"
    CASES = "cases"
    ALERTS = "alerts"
    EVALUATION = "evaluation"
    WARNINGS = "warnings"
    FIGURES = "figures"


class UpdateCycle(StrEnum):
    """How often it changes."""

    REALTIME = "realtime"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class DataSetDecision:
    """What an administrator decides about a set. `provider`: the code of a department; `basis`: on what it rests."""

    grades: Grades
    update_cycle: UpdateCycle
    provider: str = ""
    category: str = ""
    licence: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One set. `kind`: of sensors, for readings and hours. `decided_at`: UTC, None where nobody decided yet."""

    name: str
    subject: Subject
    title: Names
    notes: Names
    decision: DataSetDecision
    kind: str | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    version: int = field(default=1)

    @property
    def openness(self) -> Openness:
        """Whether everybody may have it, or why not."""
        return openness(self.decision.grades, is_decided=self.decided_at is not None)


def check_decision(decision: DataSetDecision) -> None:
    """Raise DecisionUnusable naming the field that is wrong."""
    check_grades(decision.grades)
    for name, most in LONGEST.items():
        if len(getattr(decision, name)) > most:
            raise DecisionUnusable(name)
    for name in ("provider", "basis"):
        if not getattr(decision, name).strip():
            raise DecisionUnusable(name)
