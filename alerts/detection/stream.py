"""Judges readings: nearly all end at one comparison, the rest go through the courses of their conditions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.conditions import Rate, Repeated
from alerts.conditions.base import Bools, ConditionVerdict, Direction, Floats
from alerts.detection.condition_state import CALM, ConditionKey, ConditionState, Observation, Transition, count, follow
from alerts.detection.plan import ConditionPart, DetectionPlan
from alerts.detection.readings import InOrder, Readings, put_in_order
from alerts.rules.faults import RuleFault
from cityops.clock import from_microseconds
from cityops.readings import Quality

# A reading older than this says nothing about the present: it neither raises nor clears.
FRESH = timedelta(minutes=15)
_SECOND = 1_000_000  # µs


@dataclass(frozen=True, slots=True)
class Judged:
    """What readings made of conditions: the turns of each part, the courses that changed, the rules that failed."""

    turns: list[tuple[ConditionPart, int, Transition]] = field(default_factory=list)  # with the series
    courses: dict[ConditionKey, ConditionState] = field(default_factory=dict)
    faults: dict[str, RuleFault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Slice:
    """The readings of one group, and since which moment values are known for its rates."""

    rows: InOrder
    past: Readings
    zone: ZoneInfo


def pick(plan: DetectionPlan, readings: Readings, attention: Iterable[int]) -> Bools:
    """Return which readings can change anything: those of series where a value leaves its calm range.

    `attention` are series that are not calm already: all of their readings count.
    """
    series, value = readings.series, readings.value
    hot = np.zeros(len(plan.low), dtype=bool)
    hot[series[(value <= plan.low[series]) | (value >= plan.high[series])]] = True
    hot[[number for number in attention if number < len(hot)]] = True
    return np.asarray(hot[series])


def rates_among(plan: DetectionPlan, series: Iterable[int]) -> dict[int, float]:
    """Return for which of these series a past is needed, and how many seconds of it."""
    windows = plan.windows
    found = {number: windows.get(plan.roster.by_id[number].topic) for number in series} if windows else {}
    return {number: seconds for number, seconds in found.items() if seconds is not None}


def judge(
    plan: DetectionPlan,
    courses: Mapping[ConditionKey, ConditionState],
    readings: Readings,
    *,
    seen: Mapping[int, int],
    past: Readings,
    now: datetime,
    zone: ZoneInfo,
    intervals: Mapping[int, float],
) -> Judged:
    """Judge readings that were picked. `past` are older readings of series with rates; see rates_among."""
    judged = Judged()
    ordered = put_in_order(readings, seen, now=now, fresh_for=FRESH, intervals=intervals)
    groups = plan.group_of[ordered.readings.series]
    with_course = _series_with_course(courses)
    for number in np.unique(groups[groups >= 0]):
        rows = np.flatnonzero(groups == number)
        group = _Slice(_take(ordered, rows), past, zone)
        for part, members in zip(plan.groups[number].parts, plan.groups[number].members, strict=True):
            chosen = group if members is None else _restrict(group, members)
            if len(chosen.rows.readings):
                _judge_part(part, chosen, courses, with_course.get((part.rule.id, part.number), ()), judged)
    judged.turns.sort(key=lambda turn: turn[2].seen.time)
    return judged


def _judge_part(
    part: ConditionPart,
    group: _Slice,
    courses: Mapping[ConditionKey, ConditionState],
    with_course: Iterable[int],
    judged: Judged,
) -> None:
    if part.rule.id in judged.faults:
        return
    readings = group.rows.readings
    try:
        found = list(_follow_part(part, group, courses, with_course))
    except Exception as error:  # noqa: BLE001  (a broken rule must never stop readings; it is reported)
        judged.faults[part.rule.id] = RuleFault(f"{type(error).__name__}: {error}", int(readings.series[0]))
        return
    for key, course, turns in found:
        if course != courses.get(key, CALM):
            judged.courses[key] = course
        judged.turns.extend((part, key.series_id, turn) for turn in turns)


def _follow_part(
    part: ConditionPart, group: _Slice, courses: Mapping[ConditionKey, ConditionState], with_course: Iterable[int]
) -> Iterator[tuple[ConditionKey, ConditionState, list[Transition]]]:
    readings = group.rows.readings
    value = _changes(part.when, group) if isinstance(part.when, Rate) else readings.value
    verdict = _judge_values(part, group, value)
    busy = sorted({*readings.series[verdict.holds].tolist(), *with_course})
    if not busy:
        return
    usable = group.rows.good | verdict.holds  # a suspect one holds only where the rule permits it
    first, last = (np.searchsorted(readings.series, busy, side=side) for side in ("left", "right"))
    for series, start, end in zip(busy, first.tolist(), last.tolist(), strict=True):
        rows = range(start, end)
        seen = iter([_observe(group.rows, verdict, value, row) for row in rows if usable[row]])
        key = ConditionKey(part.rule.id, part.number, series)
        course = courses.get(key, CALM)
        if isinstance(part.when, Repeated):
            course, seen = count(course, seen, times=part.when.times, within=round(part.when.seconds * _SECOND))
        course, turns = follow(course, seen, on_delay=part.on_delay, off_delay=part.off_delay)
        yield key, course, turns


def _judge_values(part: ConditionPart, group: _Slice, value: Floats) -> ConditionVerdict:
    """Judge values, and take from the verdict what quality and schedule do not permit."""
    readings, good = group.rows.readings, group.rows.good
    verdict = part.when.judge(readings.time, value, group.zone)
    may_hold = good | (readings.quality == Quality.SUSPECT) if part.rule.suspect else good
    empty = np.isnan(readings.value)  # there was nothing to measure (alerts.detection.zeros), so nothing is wrong
    holds, clears = verdict.holds & may_hold & ~empty, (verdict.clears | empty) & good
    schedule = part.rule.schedule
    if schedule is not None:
        times = (from_microseconds(time) for time in readings.time.tolist())
        applies = np.fromiter(map(schedule.applies, times), dtype=bool, count=len(readings))
        holds, clears = holds & applies, clears | (~applies & good)
    return ConditionVerdict(holds, clears, verdict.limit)


def _observe(rows: InOrder, verdict: ConditionVerdict, value: Floats, row: int) -> Observation:
    return Observation(
        int(rows.readings.time[row]),
        float(value[row]),
        float(verdict.limit[row]),
        bool(verdict.holds[row]),
        bool(verdict.clears[row]),
        bool(rows.fresh[row]),
        bool(rows.broken[row]),
    )


def _changes(rate: Rate, group: _Slice) -> Floats:
    """Return how far each reading moved from the extreme of the window before it; 0 where that is no matter.

    NaN where it stands alone in its window: after a gap nobody knows how it came there.
    """
    readings, past = group.rows.readings, group.past
    low, high = rate.calm()
    moved = np.zeros(len(readings))
    beyond = np.flatnonzero((readings.value <= low) | (readings.value >= high))
    if not len(beyond):
        return moved
    before, known = past.take(past.good), readings.take(group.rows.good & ~np.isnan(readings.value))
    series = np.concatenate([before.series, known.series])
    time = np.concatenate([before.time, known.time])
    value = np.concatenate([before.value, known.value])
    sign = 1.0 if rate.direction is Direction.ABOVE else -1.0
    for row in beyond:
        span = readings.time[row] - time
        window = (series == readings.series[row]) & (span >= 0) & (span <= rate.seconds * _SECOND)
        others = np.count_nonzero(window & (time < readings.time[row]))
        moved[row] = sign * readings.value[row] - np.min(sign * value[window]) if others else np.nan
    return moved


def _series_with_course(courses: Iterable[ConditionKey]) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    for key in courses:
        found.setdefault((key.rule_id, key.part), []).append(key.series_id)
    return found


def _restrict(group: _Slice, members: NDArray[np.bool_]) -> _Slice:
    return _Slice(_take(group.rows, np.flatnonzero(members[group.rows.readings.series])), group.past, group.zone)


def _take(ordered: InOrder, rows: NDArray[np.intp]) -> InOrder:
    return InOrder(ordered.readings.take(rows), ordered.good[rows], ordered.fresh[rows], ordered.broken[rows])
