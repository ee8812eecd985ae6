"""Which conditions look at which series, laid out so that most readings end at one comparison.

For each series the plan holds the range of values, low to high, in which no condition can hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.conditions import Composite, Fault, Rate, ReadingCondition, Spatial
from alerts.detection.series_index import Series, SeriesIndex
from alerts.rules.definitions import EVERY_KIND, Rule

_SECOND = 1_000_000  # µs


@dataclass(frozen=True, slots=True)
class ConditionPart:
    """One condition that is judged reading by reading: a rule's own, or a sign of one that combines several."""

    rule: Rule
    number: int  # 0: the rule's own
    kind: str
    when: ReadingCondition
    on_delay: int  # µs
    off_delay: int

    @property
    def topic(self) -> tuple[str, str]:
        """The kind and metric that it looks at."""
        return self.kind, self.when.metric


@dataclass(slots=True)
class PartGroup:
    """All that looks at one kind and metric. `members`: which series each part is for, by number; None: all."""

    parts: list[ConditionPart] = field(default_factory=list)
    members: list[NDArray[np.bool_] | None] = field(default_factory=list)


@dataclass(slots=True)
class DetectionPlan:
    """The rules as detection uses them, over the series that are known. Arrays have one entry a series number."""

    rules: dict[str, Rule]
    roster: SeriesIndex
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    group_of: NDArray[np.int64]  # index into `groups`, -1: no rule looks at it
    groups: list[PartGroup]
    judged_by_readings: frozenset[str]  # the rules that readings raise and clear; the others are the clock's

    @property
    def windows(self) -> dict[tuple[str, str], float]:
        """The longest look back of rates on each kind and metric, in seconds."""
        found: dict[tuple[str, str], float] = {}
        for group in self.groups:
            for part in group.parts:
                if isinstance(part.when, Rate):
                    found[part.topic] = max(found.get(part.topic, 0.0), part.when.seconds)
        return found


def parts_of(rule: Rule) -> Iterator[ConditionPart]:
    """Yield what of a rule is judged reading by reading."""
    on_delay, off_delay = round(rule.on_delay * _SECOND), round(rule.off_delay * _SECOND)
    match rule.when:
        case Composite(signs=signs):
            for number, sign in enumerate(signs, start=1):
                yield ConditionPart(rule, number, sign.kind, sign.when, round(sign.on_delay * _SECOND), 0)
        case Spatial(of=limit):
            yield ConditionPart(rule, 1, rule.kind, limit, 0, 0)
        case when if isinstance(when, ReadingCondition):
            yield ConditionPart(rule, 0, rule.kind, when, on_delay, off_delay)


def make_plan(rules: Iterable[Rule], roster: SeriesIndex) -> DetectionPlan:
    """Lay out the rules over all series of a roster."""
    everything = {rule.id: rule for rule in rules}
    size = len(roster.known)
    low, high = np.full(size, -np.inf), np.full(size, np.inf)
    group_of = np.full(size, -1, dtype=np.int64)
    groups: list[PartGroup] = []
    by_topic: dict[tuple[str, str], list[ConditionPart]] = {}
    for rule in everything.values():
        for part in parts_of(rule):
            by_topic.setdefault(part.topic, []).append(part)
    for topic, series in roster.topics().items():
        if topic in by_topic:
            numbers = np.array([entry.series_id for entry in series])
            group_of[numbers] = len(groups)
            groups.append(_lay_out(by_topic[topic], series, numbers, low, high))
    judged = frozenset(part.rule.id for parts in by_topic.values() for part in parts)
    return DetectionPlan(everything, roster, low, high, group_of, groups, judged)


def looks_at(rule: Rule, number: int, series: Series) -> bool:
    """Whether a part of a rule may have a course on a series; part 0 is where its alerts hang."""
    if isinstance(rule.when, Fault):
        return True
    if not rule.scope.includes(series.sensor_id, series.area):
        return False
    if number:
        return any(part.number == number and part.topic == series.topic for part in parts_of(rule))
    return rule.kind in (EVERY_KIND, series.kind) and (
        series.metric == rule.metric or (not rule.metric and series.first)
    )


def _lay_out(
    parts: Sequence[ConditionPart],
    series: Sequence[Series],
    numbers: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> PartGroup:
    group = PartGroup()
    for part in parts:
        chosen = numbers
        mask = None
        if part.rule.scope != type(part.rule.scope)():
            inside = [part.rule.scope.includes(entry.sensor_id, entry.area) for entry in series]
            chosen = numbers[np.array(inside, dtype=bool)]
            mask = np.zeros(len(low), dtype=bool)
            mask[chosen] = True
        below, above = part.when.calm()
        low[chosen] = np.maximum(low[chosen], below)
        high[chosen] = np.minimum(high[chosen], above)
        group.parts.append(part)
        group.members.append(mask)
    return group
