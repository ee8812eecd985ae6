"""Follows a rule by what the clock has seen of it."""

from collections.abc import Mapping
from datetime import datetime

from alerts.detection.condition_state import ConditionState, Key
from alerts.detection.detect import Findings, conclude
from alerts.detection.timed import TimedResult
from alerts.rules.definitions import Rule
from cityops.clock import microseconds


def follow_seen(
    rule: Rule, seen: TimedResult, courses: Mapping[Key, ConditionState], now: datetime, *, over: str
) -> Findings:
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
