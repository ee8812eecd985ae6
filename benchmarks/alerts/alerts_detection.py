"""A city of many series and many rules, through the detection that ingest uses, on one core.

Series and rules are spread over the catalogue's kinds. One series in a hundred is in trouble and swings about its
limits, so its readings go the long way: courses, delays, changes. The others move in their ordinary range.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import numpy as np

from alerts.conditions import Threshold
from alerts.conditions.base import Direction
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.detect import detect
from alerts.detection.plan import DetectionPlan, make_plan, parts_of
from alerts.detection.readings import Readings
from alerts.detection.series_index import Series, SeriesIndex
from alerts.rules.definitions import Rule, RuleScope
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue, load_catalogue
from cityops.clock import from_microseconds, microseconds
from cityops.readings import Quality

START = datetime(2026, 3, 1, 4, tzinfo=UTC)
BATCH = 10_000  # readings: two full batches of ingest
TROUBLED = 0.01
_SECOND = 1_000_000  # µs


@dataclass(frozen=True)
class Detection:
    """One measurement."""

    rules: int
    series: int
    readings_per_s: float
    changes: int

    @property
    def microseconds(self) -> float:
        return 1e6 / self.readings_per_s


def measure(rules: int, series: int, *, seconds: float) -> Detection:
    """Judge batches for so many seconds."""
    city = _City(rules, series)
    courses: dict[ConditionKey, ConditionState] = {}
    seen: dict[int, int] = {}
    judged, changes, spent = 0, 0, 0.0
    for readings, now in city.batches():
        started = time.process_time()
        found = detect(city.plan, courses, readings, seen=seen, now=now)
        spent += time.process_time() - started
        courses = {key: one for key, one in {**courses, **found.courses}.items() if not one.is_nothing}
        judged, changes = judged + len(readings), changes + len(found.changes)
        if spent > seconds:
            break
    return Detection(rules, series, judged / spent, changes)


class _City:
    def __init__(self, rules: int, series: int) -> None:
        catalogue = load_catalogue()
        topics = [(kind, metric) for kind, entry in catalogue.kind.items() for metric in entry.metrics]
        roster = SeriesIndex()
        roster.learn(_series(number, topics) for number in range(1, series + 1))
        self.plan: DetectionPlan = make_plan(make_rules(rules, catalogue), roster)
        self._random = np.random.default_rng(7)
        self._numbers = np.arange(1, series + 1)
        self._troubled = self._random.random(series) < TROUBLED
        low, high = self.plan.low[1:].copy(), self.plan.high[1:].copy()
        self._middle = np.where(np.isfinite(high), high / 2, np.where(np.isfinite(low), low * 2 + 1, 1.0))
        between = np.isfinite(low) & np.isfinite(high)
        self._middle[between] = (low[between] + high[between]) / 2
        self._edge = np.where(np.isfinite(high), high, np.where(np.isfinite(low), low, 1.0))

    def batches(self) -> Iterator[tuple[Readings, datetime]]:
        """Yield batch after batch: each series reports every 15 seconds, in an order of chance."""
        moment = microseconds(START)
        while True:
            order = self._random.permutation(len(self._numbers))
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                moment += 15 * _SECOND * len(rows) // len(order)
                yield self._readings(rows, moment), from_microseconds(moment + _SECOND)

    def _readings(self, rows: np.ndarray, moment: int) -> Readings:
        noise = self._random.random(len(rows))
        calm = self._middle[rows] * (0.9 + 0.1 * noise)
        swinging = self._edge[rows] * (0.6 + 0.8 * noise)
        value = np.where(self._troubled[rows], swinging, calm)
        time = moment - self._random.integers(0, _SECOND, len(rows))
        return Readings(time, self._numbers[rows], value, np.full(len(rows), Quality.GOOD, dtype=np.int16))


def make_rules(count: int, catalogue: Catalogue) -> list[Rule]:
    """Return the built-in rules on readings, and then variants of them by district, with other limits and delays."""
    built_in = [rule for rule in load_rules(catalogue) if any(parts_of(rule))]
    rules = built_in[:count]
    number = 0
    while len(rules) < count:
        model = built_in[number % len(built_in)]
        rules.append(
            msgspec.structs.replace(
                model,
                id=f"{model.id}-{number}",
                when=_looser(model.when, 1 + 0.02 * (number // len(built_in))),
                on_delay=float(60 * (number % 4)),
                scope=RuleScope(areas=(f"9901{number % 10:02d}",)),
            )
        )
        number += 1
    return rules


def _looser(when: object, factor: float) -> object:
    if not isinstance(when, Threshold):
        return when
    factor = factor if when.direction is Direction.ABOVE else 1 / factor
    return msgspec.structs.replace(when, limit=when.limit * factor, clear=when.clear * factor)


def _series(number: int, topics: list[tuple[str, str]]) -> Series:
    kind, metric = topics[number % len(topics)]
    area = f"9901{number // len(topics) % 10:02d}001"
    place = divmod(number * 7919 % 90_000, 300)
    return Series(number, f"S-{number}", kind, metric, area, 118.5 + place[0] / 1000, 31.5 + place[1] / 1000)
