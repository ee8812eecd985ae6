"""Detection: a pure function of rules, state, readings in event time, and now. No clock, no database.

The same function runs live in ingest (`alerts.evaluation.engine`), by the clock in watch
(`alerts.evaluation.timed`) and over what is stored (`alerts.evaluation.backtest`). See docs/explanation/alerts.md.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from alerts.conditions import Composite, Spatial
from alerts.detection import places, stream
from alerts.detection.alert_change import AlertChange, DetectionResult
from alerts.detection.condition_state import CALM, ConditionKey, ConditionState, Observation, Transition, follow
from alerts.detection.plan import ConditionPart, DetectionPlan
from alerts.detection.readings import Readings
from alerts.detection.stream import pick
from alerts.lifecycle import Event
from alerts.measures import Bound
from alerts.rules.definitions import Rule
from alerts.rules.faults import RuleFault
from cityops.clock import from_microseconds, microseconds

NO_PAST = Readings.of([])
NO_INTERVALS: Mapping[int, float] = {}
NO_BOUNDS: Mapping[int, Bound] = {}
CHINA = ZoneInfo("Asia/Shanghai")
_SECOND = 1_000_000  # µs


def detect(
    plan: DetectionPlan,
    courses: Mapping[ConditionKey, ConditionState],
    readings: Readings,
    *,
    seen: Mapping[int, int],
    now: datetime,
    past: Readings = NO_PAST,
    zone: ZoneInfo = CHINA,
    silent: Collection[int] = frozenset(),
    intervals: Mapping[int, float] = NO_INTERVALS,
) -> DetectionResult:
    """Find what a batch of readings raises and clears.

    `courses`: all that is not calm on the series of the batch, and all of rules that combine signs; `seen`: the
    time (µs) up to which each series has been judged; `past`: readings before the batch, for rates; `zone`: the
    city's; `silent`: series with signs that no longer say what is now; `intervals`: the report intervals (s) of slow
    series. Readings at or before `seen` change nothing; those older than FRESH neither raise nor clear; only good
    ones clear. A rule that fails is reported and skipped; the others go on.
    """
    rows = pick(plan, readings, (key.series_id for key in courses))
    if not rows.any():
        return DetectionResult()
    picked = readings.take(rows)
    judged = stream.judge(plan, courses, picked, seen=seen, past=past, now=now, zone=zone, intervals=intervals)
    changes = [_say(part, series, turn) for part, series, turn in judged.turns if part.number == 0]
    found = DetectionResult(changes, judged.courses, dict(judged.faults))
    combined = {plan.rules[key.rule_id].id for key in judged.courses if key.part}
    if not combined:
        return found
    values = dict(zip(picked.series.tolist(), picked.value.tolist(), strict=True))
    moment = min(int(picked.time.max()), microseconds(now))
    return found + combine(plan, combined, {**courses, **judged.courses}, values=values, moment=moment, silent=silent)


def combine(
    plan: DetectionPlan,
    rules: Iterable[str],
    courses: Mapping[ConditionKey, ConditionState],
    *,
    values: Mapping[int, float],
    moment: int,
    silent: Collection[int] = frozenset(),
) -> DetectionResult:
    """Judge rules that combine signs, at a moment (µs). `courses` holds all of theirs; `silent`: see places.hold."""
    found = DetectionResult()
    for rule_id in sorted(rules):
        rule = plan.rules[rule_id]
        comparable = values if rule.when.measure.is_reading else {}  # a reading is no change within a while
        mine = {key: course for key, course in courses.items() if key.rule_id == rule_id}
        try:
            holding = places.hold(rule, mine, plan.roster, silent)
            found += conclude(
                rule, holding, mine, values=comparable, moment=moment, over="its signs no longer hold together"
            )
        except Exception as error:  # noqa: BLE001  (as for readings: reported, never in the way of the others)
            series = min(key.series_id for key in mine)
            found.faults[rule_id] = RuleFault(f"{type(error).__name__}: {error}", series)
    return found


def conclude(
    rule: Rule,
    holding: Mapping[int, str],
    courses: Mapping[ConditionKey, ConditionState],
    *,
    values: Mapping[int, float],
    moment: int,
    over: str,
    clearing: Iterable[int] | None = None,
    bounds: Mapping[int, Bound] = NO_BOUNDS,
) -> DetectionResult:
    """Follow a rule on the series on which it holds (with the reason), and on those where it did.

    `over` is the reason of those that end; only those in `clearing` may, when it is given. `bounds`: the limits of
    series that have one of their own. A series without a value has the limit, which it is at least.
    """
    found = DetectionResult()
    own = {key.series_id: course for key, course in courses.items() if key.rule_id == rule.id and key.part == 0}
    may_clear = None if clearing is None else set(clearing)
    applies = rule.schedule is None or rule.schedule.applies(from_microseconds(moment))
    for series in sorted({*holding, *own}):
        holds = applies and series in holding
        clears = not holds and (may_clear is None or series in may_clear)
        bound = bounds.get(series, rule.bound)
        value = values.get(series, bound.limit)
        seen = Observation(moment, value, bound.limit, holds=holds, clears=clears, fresh=True)
        before = own.get(series, CALM)
        delays = {"on_delay": round(rule.on_delay * _SECOND), "off_delay": round(rule.off_delay * _SECOND)}
        course, turns = follow(before, [seen], **delays)
        if course != before:
            found.courses[ConditionKey(rule.id, 0, series)] = course
        for turn in turns:
            reason = holding[series] if turn.event is Event.RAISE else over
            time = from_microseconds(moment)
            found.changes.append(AlertChange(rule, series, turn.event, time, value, reason, bound.limit, bound.measure))
    return found


def retire(
    rules: Iterable[Rule], courses: Mapping[ConditionKey, ConditionState], *, moment: int, reason: str
) -> DetectionResult:
    """End all courses of rules that are no longer in force."""
    found = DetectionResult(courses=dict.fromkeys(courses, CALM))
    known = {rule.id: rule for rule in rules}
    for key, course in courses.items():
        if key.part == 0 and course.is_on and key.rule_id in known:
            rule, time = known[key.rule_id], from_microseconds(moment)
            found.changes.append(AlertChange(rule, key.series_id, Event.CLEAR, time, rule.limit, reason, rule.limit))
    return found


def _say(part: ConditionPart, series: int, turn: Transition) -> AlertChange:
    seen = turn.seen
    if turn.event is Event.RAISE:
        delay = f" for {part.on_delay / _SECOND:g} s" if part.on_delay else ""
        reason = part.when.say_holds(seen.value, seen.limit) + delay
    elif part.rule.schedule is not None and not part.rule.schedule.applies(from_microseconds(seen.time)):
        reason = "the hours of the rule are over"
    elif math.isnan(seen.value):
        reason = f"{part.when.metric} 0: there was nothing to measure"
    else:
        reason = part.when.say_clears(seen.value)
    value = 0.0 if math.isnan(seen.value) else seen.value
    return AlertChange(part.rule, series, turn.event, from_microseconds(seen.time), value, reason, seen.limit)


def is_combined(rule: Rule) -> bool:
    """Whether a rule combines signs, so that detection wants all of its courses."""
    return isinstance(rule.when, Composite | Spatial)


def newest(readings: Readings) -> dict[int, int]:
    """Return the newest time of each series, which is what `seen` must be afterwards."""
    order = np.argsort(readings.time, kind="stable")
    return dict(zip(readings.series[order].tolist(), readings.time[order].tolist(), strict=True))
