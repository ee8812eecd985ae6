"""Rules, series and readings for the tests of detection."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alerts.conditions import Condition, Threshold
from alerts.conditions.base import Direction
from alerts.detection.alert_change import DetectionResult
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.detect import detect, newest
from alerts.detection.plan import DetectionPlan, make_plan
from alerts.detection.readings import Readings
from alerts.detection.series_index import Series, SeriesIndex
from alerts.lifecycle import Event
from alerts.rules.definitions import Rule
from cityops.catalogue import Names
from cityops.clock import microseconds
from cityops.readings import Quality

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)  # 20:00 in Shanghai
CHINA = ZoneInfo("Asia/Shanghai")
ABOVE, BELOW = Direction.ABOVE, Direction.BELOW

Row = tuple[datetime, int, float, Quality]


def gas(number: int, *, area: str = "990101001", lon: float = 118.8, lat: float = 31.9) -> Series:
    """Return a gas detector's series; its number is also its name."""
    return Series(number, f"G-{number}", "gas_detector", "gas_lel", area, lon, lat, first=True)


def limit(metric: str = "gas_lel", direction: Direction = ABOVE, at: float = 20, clear: float = 15) -> Threshold:
    return Threshold(metric=metric, direction=direction, limit=at, clear=clear)


def a_rule(when: Condition | None = None, name: str = "gas", kind: str = "gas_detector", **more: Any) -> Rule:
    return Rule(id=name, title=Names(zh="燃气", en="Gas"), kind=kind, severity=2, when=when or limit(), **more)


def row(value: float, seconds: float = 0, *, series: int = 1, quality: Quality = Quality.GOOD) -> Row:
    return NOW + timedelta(seconds=seconds), series, value, quality


def a_plan(*rules: Rule, series: Iterable[Series] = ()) -> DetectionPlan:
    roster = SeriesIndex()
    roster.learn(list(series) or [gas(1), gas(2)])
    return make_plan(rules, roster)


class City:
    """Detection over batches, with what ingest keeps in the database in two dictionaries."""

    def __init__(self, *rules: Rule, series: Iterable[Series] = ()) -> None:
        self.plan = a_plan(*rules, series=series)
        self.courses: dict[ConditionKey, ConditionState] = {}
        self.seen: dict[int, int] = {}
        self.stored: list[Row] = []
        self.intervals: dict[int, float] = {}

    def hear(self, *rows: Row, now: datetime = NOW, silent: Iterable[int] = ()) -> DetectionResult:
        """Judge a batch, and keep what came of it. `silent`: series that are not heard any more."""
        found = self.judge(Readings.of(rows), now=now, silent=silent)
        self.stored.extend(rows)
        return found

    def judge(self, readings: Readings, *, now: datetime = NOW, silent: Iterable[int] = ()) -> DetectionResult:
        """Judge readings as they are, and keep how conditions stand."""
        found = detect(
            self.plan,
            self.courses,
            readings,
            seen=self.seen,
            past=Readings.of(self.stored),
            now=now,
            zone=CHINA,
            silent=set(silent),
            intervals=self.intervals,
        )
        self.courses = {key: one for key, one in (self.courses | found.courses).items() if not one.is_nothing}
        for series, time in newest(readings).items():
            self.seen[series] = max(time, self.seen.get(series, time))
        return found

    def events(self, *rows: Row, now: datetime = NOW) -> list[tuple[Event, float]]:
        return events(self.hear(*rows, now=now))


def events(findings: DetectionResult) -> list[tuple[Event, float]]:
    return [(change.event, round(change.value, 6)) for change in findings.changes]


def since(courses: Mapping[ConditionKey, ConditionState]) -> dict[ConditionKey, float]:
    """Return when each course's phase began, in seconds from NOW."""
    return {key: (course.since - microseconds(NOW)) / 1e6 for key, course in courses.items()}
