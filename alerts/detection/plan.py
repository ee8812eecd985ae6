"""Which conditions look at which series, laid out so that most readings end at one comparison.

For each series the plan holds the range of values, low to high, in which no condition can hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.conditions import Composite, Fault, Rate, ReadingCondition, Spatial
from alerts.detection.series_index import Series, SeriesIndex, Topic, by_topic
from alerts.rules.definitions import EVERY_KIND, Rule, RuleScope

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
    def topic(self) -> Topic:
        """The kind and metric that it looks at."""
        return self.kind, self.when.metric


@dataclass(slots=True)
class PartGroup:
    """All that looks at one kind and metric. `members`: which series each part is for, by number; None: all."""

    parts: list[ConditionPart]
    members: list[NDArray[np.bool_] | None]


@dataclass(slots=True)
class DetectionPlan:
    """The rules as detection uses them, over the series that are known. Arrays have an entry a series number, or more.

    It grows with the city: what a further series costs does not depend on how many there are.
    """

    rules: dict[str, Rule]
    roster: SeriesIndex
    parts: dict[Topic, list[ConditionPart]]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    group_of: NDArray[np.int64]  # index into `groups`, -1: no rule looks at it
    groups: list[PartGroup] = field(default_factory=list)
    numbers: dict[Topic, int] = field(default_factory=dict)  # of the groups

    @property
    def judged_by_readings(self) -> frozenset[str]:
        """The rules that readings raise and clear; the others are the clock's."""
        return frozenset(part.rule.id for parts in self.parts.values() for part in parts)

    @property
    def windows(self) -> dict[Topic, float]:
        """The longest look back of rates on each kind and metric, in seconds."""
        found: dict[Topic, float] = {}
        for topic in self.numbers:
            for part in self.parts[topic]:
                if isinstance(part.when, Rate):
                    found[topic] = max(found.get(topic, 0.0), part.when.seconds)
        return found

    def extend(self, series: Iterable[Series]) -> None:
        """Lay the rules out over further series, which are in the roster and not in the plan yet."""
        self.low, self.high = self._grown(self.low, filling=-np.inf), self._grown(self.high, filling=np.inf)
        self.group_of = self._grown(self.group_of, filling=-1)
        for topic, entries in by_topic(series).items():
            if topic in self.parts:
                self._lay_out(topic, entries)

    def _grown(self, numbers: NDArray[Any], *, filling: float) -> NDArray[Any]:
        """Return an array with room for all series: twice the room where it has none, so that it is seldom copied."""
        missing = len(self.roster.known) - len(numbers)
        if missing <= 0:
            return numbers
        return np.concatenate([numbers, np.full(max(missing, len(numbers)), filling, dtype=numbers.dtype)])

    def _lay_out(self, topic: Topic, series: Sequence[Series]) -> None:
        number = self.numbers.setdefault(topic, len(self.groups))
        if number == len(self.groups):
            parts = self.parts[topic]
            self.groups.append(PartGroup(parts, [_mask(part, len(self.low)) for part in parts]))
        group, own = self.groups[number], np.array([entry.series_id for entry in series])
        self.group_of[own] = number
        for place, part in enumerate(group.parts):
            mask, chosen = group.members[place], own
            if mask is not None:
                inside = [part.rule.scope.includes(entry.sensor_id, entry.area) for entry in series]
                chosen = own[np.array(inside, dtype=bool)]
                mask = group.members[place] = self._grown(mask, filling=False)
                mask[chosen] = True
            below, above = part.when.calm()
            self.low[chosen] = np.maximum(self.low[chosen], below)
            self.high[chosen] = np.minimum(self.high[chosen], above)


def _mask(part: ConditionPart, size: int) -> NDArray[np.bool_] | None:
    """Return a mask without members for a part that is not for all; None for one that is."""
    return None if part.rule.scope == RuleScope() else np.zeros(size, dtype=bool)


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
    parts: dict[Topic, list[ConditionPart]] = {}
    for rule in everything.values():
        for part in parts_of(rule):
            parts.setdefault(part.topic, []).append(part)
    nothing = np.zeros(0)
    plan = DetectionPlan(everything, roster, parts, nothing, nothing, np.zeros(0, dtype=np.int64))
    plan.extend(roster.by_id.values())
    return plan


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
