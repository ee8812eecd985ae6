"""Follows a rule by what the clock has seen of it."""

from collections.abc import Mapping
from datetime import datetime

from alerts.detection.alert_change import DetectionResult
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.detect import conclude
from alerts.detection.timed import TimedResult
from alerts.rules.definitions import Rule
from cityops.clock import microseconds


def follow_seen(
    rule: Rule, seen: TimedResult, courses: Mapping[ConditionKey, ConditionState], now: datetime, *, over: str
) -> DetectionResult:
    """Return what a rule raises and clears; `over` is the reason of those alerts that end."""
    return conclude(
        rule,
        seen.holding,
        courses,
        values=seen.values,
        moment=microseconds(now),
        over=over,
        clearing=seen.clearing,
        bounds=seen.bounds,
    )
