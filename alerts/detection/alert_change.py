"""What detection finds: changes of alerts, courses that are different now, and rules that failed. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.lifecycle import Event
from alerts.measures import Measure
from alerts.rules.definitions import Rule
from alerts.rules.faults import RuleFault


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What happened to the alert of one rule on one series, and why. `time` is the device's, UTC.

    `value` and `limit` are what `measure` says; None is the measure of the rule's condition.
    """

    rule: Rule
    series_id: int
    event: Event
    time: datetime
    value: float
    reason: str
    limit: float = 0.0
    measure: Measure | None = None

    @property
    def measured(self) -> Measure:
        """What value and limit are."""
        return self.measure or self.rule.when.measure


@dataclass(frozen=True, slots=True)
class DetectionResult:
    """All changes in event order, the courses that are different now, and the rules that failed."""

    changes: list[AlertChange] = field(default_factory=list)
    courses: dict[ConditionKey, ConditionState] = field(default_factory=dict)
    faults: dict[str, RuleFault] = field(default_factory=dict)

    def __add__(self, other: "DetectionResult") -> "DetectionResult":
        changes = sorted([*self.changes, *other.changes], key=lambda change: change.time)
        return DetectionResult(changes, self.courses | other.courses, self.faults | other.faults)

    def first(self, most: int) -> "DetectionResult":
        """Return what concerns the first so many series, and the rules that failed."""
        series = sorted({change.series_id for change in self.changes} | {key.series_id for key in self.courses})
        if len(series) <= most:
            return self
        return replace(self.of_series(set(series[:most])), faults=self.faults)

    def of_series(self, series: Collection[int]) -> "DetectionResult":
        """Return what of it concerns some series: changes and courses."""
        return DetectionResult(
            [change for change in self.changes if change.series_id in series],
            {key: course for key, course in self.courses.items() if key.series_id in series},
        )
