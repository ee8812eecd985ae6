"""Judges the rules about how widely another one holds, in the round of that other one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from alerts.conditions import Widespread
from alerts.detection.alert_change import DetectionResult
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.timed import TimedResult, TimedSeries, concerns
from alerts.detection.widespread import Spread, area_of, spread
from alerts.evaluation.condition_store import courses_of
from alerts.evaluation.engine import Engine
from alerts.evaluation.seen import follow_seen
from alerts.evaluation.timed_queries import concerned
from alerts.rules.definitions import Rule
from cityops.storage import Transaction, load_queries

SQL = load_queries("alerts")

COUNT_AGAIN = timedelta(minutes=5)  # how old a count of devices may be


@dataclass(frozen=True, slots=True)
class DeviceCount:
    """How many devices two rules concern in each area, by the rules of one revision."""

    devices: Mapping[str, int]
    revision: int
    counted_at: datetime

    def serves(self, revision: int, now: datetime) -> bool:
        """Whether it still counts what is asked."""
        return self.revision == revision and timedelta(0) <= now - self.counted_at < COUNT_AGAIN


class WidespreadEvaluator:
    """Tells of a whole area once, instead of each device in it. It remembers how many devices there are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counts: dict[str, DeviceCount] = {}

    def judge(
        self,
        tx: Transaction,
        of: Rule,
        seen: TimedResult,
        courses: Mapping[ConditionKey, ConditionState],
        now: datetime,
    ) -> tuple[DetectionResult, TimedResult]:
        """Judge the rules about how widely `of` holds, the widest areas first.

        Return what they raise and clear, and what is left of the result of `of`: it raises nothing new in those areas.
        """
        rules = self._rules_about(of)
        if not rules:
            return DetectionResult(), seen
        theirs = courses_of(tx, [rule.id for rule, _ in rules])
        held = self._places(tx, seen.holding, now)
        found, told = DetectionResult(), list[Spread]()
        for rule, when in rules:
            mine = {key: course for key, course in theirs.items() if key.rule_id == rule.id}
            own = self._places(tx, [key.series_id for key in mine], now)
            stays = {area_of(when, place) for place in own}  # it counts them all, whoever else tells of them
            left = [one for one in held if area_of(when, one) in stays or not _is_told(one, told)]
            told.append(self._spread(tx, rule, when, of, held=left, own=own, now=now))
            found += follow_seen(rule, told[-1].result, mine, now, over=f"{of.id} no longer holds on many devices")
        gone = {one.series_id for one in held if _is_told(one, told)} - {key.series_id for key in courses}
        return found, replace(seen, holding={key: why for key, why in seen.holding.items() if key not in gone})

    def _rules_about(self, of: Rule) -> list[tuple[Rule, Widespread]]:
        found = [
            (rule, rule.when)
            for rule in self._engine.plan.rules.values()
            if isinstance(rule.when, Widespread) and rule.when.rule == of.id
        ]
        return sorted(found, key=lambda one: one[1].area_digits)

    def _spread(
        self,
        tx: Transaction,
        rule: Rule,
        when: Widespread,
        of: Rule,
        *,
        held: Sequence[TimedSeries],
        own: Sequence[TimedSeries],
        now: datetime,
    ) -> Spread:
        """Find the areas of one rule; nowhere outside its hours, and without counting when too few devices are held."""
        counted = [place for place in held if concerns(rule, place)]
        asleep = rule.schedule is not None and not rule.schedule.applies(now)
        if asleep or not (own or len(counted) >= when.devices):
            return Spread(frozenset(), TimedResult(clearing={place.series_id for place in own}))
        return spread(when, counted, self._devices(tx, rule, when, of, now), own)

    def _devices(self, tx: Transaction, rule: Rule, when: Widespread, of: Rule, now: datetime) -> Mapping[str, int]:
        known = self._counts.get(rule.id)
        if known is None or not known.serves(self._engine.revision, now):
            places = (place for place, _ in concerned(of, tx.rows(SQL["devices_in_use"], kind=of.kind)))
            devices = Counter(area_of(when, place) for place in places if concerns(rule, place))
            known = self._counts[rule.id] = DeviceCount(devices, self._engine.revision, now)
        return known.devices

    def _places(self, tx: Transaction, series: Iterable[int], now: datetime) -> list[TimedSeries]:
        wanted = list(series)
        self._engine.meet(tx, np.array(wanted, dtype=np.int64), now)
        known = self._engine.plan.roster.by_id
        found = (known[one] for one in wanted if one in known)
        return [TimedSeries(one.series_id, one.sensor_id, one.kind, one.area) for one in found]


def _is_told(place: TimedSeries, told: Iterable[Spread]) -> bool:
    return any(one.covers(place) for one in told)
