"""A backtest: what rules over stored history would have raised, without raising anything. The same detection as live.

Judged are rules on readings and those that combine signs; what the clock judges (silence, indices, warnings of others)
is not.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from alerts.conditions import TimedCondition
from alerts.detection.alert_change import DetectionResult
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.detect import detect, newest
from alerts.detection.plan import DetectionPlan, make_plan
from alerts.detection.readings import Readings
from alerts.detection.series_index import SeriesIndex
from alerts.detection.zeros import drop_empty_zeros
from alerts.evaluation.series_reader import load_series
from alerts.rules.definitions import Rule
from cityops.catalogue import Catalogue
from cityops.clock import from_microseconds, microseconds
from cityops.readings import Quality
from cityops.storage import Database, load_queries

SQL = load_queries("alerts")
STEP = timedelta(minutes=5)  # judged together; well within the time for which a reading is fresh
_PIECE = 20_000  # rows that are fetched at a time
Rows = list[tuple[datetime, int, float, Quality]]


def can_try(rule: Rule) -> bool:
    """Whether stored readings tell what a rule would have done."""
    return not isinstance(rule.when, TimedCondition)


def replay(
    database: Database, rules: Sequence[Rule], catalogue: Catalogue, *, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[DetectionResult]:
    """Judge the readings from start (inclusive) to end (exclusive), step by step. Raises StorageError."""
    with database.transaction() as tx:
        roster = SeriesIndex()
        roster.learn(load_series(tx))
        plan = make_plan(rules, roster)
        courses: dict[ConditionKey, ConditionState] = {}
        seen: dict[int, int] = {}
        past: Rows = []
        rows = (row for piece in tx.pieces(SQL["readings_between"], size=_PIECE, start=start, end=end) for row in piece)
        for _, step in groupby(rows, key=lambda row: (row[0] - start) // STEP):
            batch: Rows = [(time, series, value, Quality(quality)) for time, series, value, quality in step]
            readings, moment = Readings.of(batch), batch[-1][0]
            readings = drop_empty_zeros(readings, roster, catalogue)
            found = detect(plan, courses, readings, seen=seen, past=Readings.of(past), now=moment, zone=zone)
            courses = {key: one for key, one in (courses | found.courses).items() if not one.is_nothing}
            seen |= newest(readings)
            past = _keep(plan, [*past, *batch], moment)
            yield found


def _keep(plan: DetectionPlan, rows: Rows, moment: datetime) -> Rows:
    """Return the readings that rates still look back on."""
    windows = plan.windows
    oldest = {topic: from_microseconds(microseconds(moment) - round(s * 1e6)) for topic, s in windows.items()}
    topics = {series: entry.topic for series, entry in plan.roster.by_id.items() if entry.topic in windows}
    return [row for row in rows if row[1] in topics and row[0] >= oldest[topics[row[1]]]]
