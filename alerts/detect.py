"""Detection: a pure function of rules, state, readings in event time, and now. No clock, no database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from alerts.lifecycle import Event
from alerts.rules import Rule
from cityops.readings import Quality

# A reading older than this says nothing about the present: it neither raises nor clears.
FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Sample:
    """A reading as detection sees it. `time` is when the device measured, UTC."""

    series_id: int
    kind: str
    metric: str
    time: datetime
    value: float
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, slots=True)
class Change:
    """What a reading did to the alert of one rule on one series, and why."""

    rule: Rule
    series_id: int
    event: Event
    time: datetime
    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All changes of a batch in event order, and the rules that failed with what they said."""

    changes: list[Change] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def detect(
    rules: Iterable[Rule],
    active: Collection[tuple[str, int]],
    samples: Iterable[Sample],
    *,
    seen: Mapping[int, datetime],
    now: datetime,
) -> Findings:
    """Find what a batch of readings raises and clears.

    `active` holds the (rule id, series) whose condition holds at present; `seen` the time up to which each
    series has been judged. Readings at or before that time, stale ones and those that are not good change
    nothing. A rule that fails is reported and skipped; the others go on.
    """
    findings = Findings()
    fresh = [sample for sample in samples if _counts(sample, seen.get(sample.series_id), now)]
    by_topic = _group(fresh)
    for rule in rules:
        try:
            for series in by_topic.get((rule.kind, rule.metric), []):
                holds = (rule.id, series[0].series_id) in active
                findings.changes.extend(_follow(rule, series, holds=holds))
        except Exception as error:  # noqa: BLE001  (a broken rule must never stop readings; it is reported)
            findings.faults[rule.id] = f"{type(error).__name__}: {error}"
    findings.changes.sort(key=lambda change: change.time)
    return findings


def _counts(sample: Sample, seen: datetime | None, now: datetime) -> bool:
    return (
        sample.quality in (Quality.GOOD, Quality.NOT_EVALUATED)
        and now - sample.time <= FRESH
        and (seen is None or sample.time > seen)
    )


def _group(samples: list[Sample]) -> dict[tuple[str, str], list[list[Sample]]]:
    """Group samples into one list a series in time order, by what rules look for: (kind, metric)."""
    grouped: dict[tuple[str, str], list[list[Sample]]] = {}
    samples.sort(key=lambda sample: (sample.series_id, sample.time))
    for _, series in groupby(samples, key=lambda sample: sample.series_id):
        members = list(series)
        grouped.setdefault((members[0].kind, members[0].metric), []).append(members)
    return grouped


def _follow(rule: Rule, series: list[Sample], *, holds: bool) -> Iterable[Change]:
    for sample in series:
        if not holds and rule.holds(sample.value):
            holds = True
            reason = f"{rule.metric} {sample.value:g} is at or {rule.direction} {rule.limit:g}"
            yield Change(rule, sample.series_id, Event.RAISE, sample.time, sample.value, reason)
        elif holds and rule.is_clear(sample.value):
            holds = False
            reason = f"{rule.metric} {sample.value:g} is back past {rule.clear:g}"
            yield Change(rule, sample.series_id, Event.CLEAR, sample.time, sample.value, reason)
