"""What the database knows for the indices that the clock judges: the hours of stations, and their rain."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from alerts.conditions import Aqi, Rainstorm
from alerts.detection import timed
from alerts.detection.timed import Rain, TimedResult, TimedSeries
from alerts.evaluation.timed_queries import concerned
from alerts.rules.definitions import Rule
from cityops.standards import aqi, aqi_tables, coverage
from cityops.standards.rain import RainPart, add_up, windows
from cityops.standards.tables import Standards
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("alerts")
_MINUTE = 60.0  # seconds: how finely rain is known


def _interval(row: Row) -> float:
    return coverage.report_interval(row["nominal"], row["learned"], row["usual"])


def air(tx: Transaction, rule: Rule, when: Aqi, now: datetime) -> TimedResult:
    """Judge the air quality of the last whole hour."""
    hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    means: dict[TimedSeries, dict[str, float | None]] = {}
    rows = tx.rows(SQL["hourly_means"], kind=rule.kind, hour=hour, pollutants=list(aqi_tables.POLLUTANTS))
    for place, row in concerned(rule, rows):
        means.setdefault(place, {})[row["metric"]] = row["mean"] if _is_valid_hour(row) else None
    return timed.air(when, means.items(), aqi_tables.edition_of(hour))


def _is_valid_hour(row: Row) -> bool:
    return row["count"] is not None and aqi.is_valid_hour(row["count"], _interval(row))


def storm(tx: Transaction, rule: Rule, when: Rainstorm, now: datetime, *, standards: Standards) -> TimedResult:
    """Judge the rain of the windows of the rainstorm signals."""
    hours = windows(standards.rainstorm.signals)
    since = [now - timedelta(hours=each) for each in hours]
    reach = timedelta(seconds=coverage.LONGEST_INTERVAL)
    span = {"since": since, "oldest": since[-1] - reach, "reach": reach.total_seconds(), "now": now}
    rows = tx.rows(SQL["rain_parts"], kind=rule.kind, hours=hours, **span)
    stations: dict[TimedSeries, list[Row]] = {}
    for place, row in concerned(rule, rows):
        stations.setdefault(place, []).append(row)
    return timed.storm(when, ((at, _rain(found, hours)) for at, found in stations.items()), standards=standards)


def _rain(rows: Sequence[Row], hours: Iterable[int]) -> Rain:
    """Return the rain of one station from the parts of its windows."""
    parts: dict[int, list[RainPart]] = {window: [] for window in hours}
    for row in rows:
        parts[row["hours"]].append(RainPart(row["gap"], row["readings"], row["minutes"], row["rates"], row["early"]))
    interval = _interval(rows[0])
    fallen = {window: add_up(found, interval, _MINUTE) for window, found in parts.items()}
    return Rain(fallen, coverage.is_fresh(rows[0]["age"], interval, _MINUTE))
