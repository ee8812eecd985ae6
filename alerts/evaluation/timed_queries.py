"""What the database knows for the conditions that the clock judges: one statement each, and what it means."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from alerts.conditions import Aqi, Flat, Rainstorm, WarningInForce, WrongClock
from alerts.detection import clocks, timed
from alerts.detection.detect import FRESH
from alerts.detection.timed import Rain, TimedResult, TimedSeries
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from cityops.devices.presence import LATE_AFTER
from cityops.standards import aqi, coverage
from cityops.standards.rain import RainPart, add_up, windows
from cityops.standards.tables import Standards
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("alerts")

_MINUTE = 60.0  # seconds: how finely rain is known


def wrong_clocks(tx: Transaction, rule: Rule, when: WrongClock, *, own: Iterable[int]) -> TimedResult:
    """Judge the clocks of devices that are far off, and those on which alerts hang (`own`)."""
    city = tx.row(SQL["common_skew"], kind=rule.kind) or {}
    common = clocks.common_skew(city["median"], city["clocks"])
    rows = tx.rows(SQL["clock_skews"], kind=rule.kind, common=common, seconds=when.seconds, own=list(own))
    return clocks.wrong(when, ((place, row["skew"]) for place, row in concerned(rule, rows)), common=common)


def flat(tx: Transaction, rule: Rule, when: Flat, now: datetime, *, floor: float | None) -> TimedResult:
    """Judge values that do not move; at or below `floor` they may."""
    oldest = now - timedelta(seconds=1.5 * when.seconds) - FRESH
    span = {"seconds": when.seconds, "since": now - FRESH, "oldest": oldest, "now": now}
    rows = tx.rows(SQL["unmoved"], kind=rule.kind, metric=when.metric, late_after=LATE_AFTER, **span)
    still = ((place, timed.Still(row["value"], row["moved"], row["stood"])) for place, row in concerned(rule, rows))
    return timed.flat(when, still, floor=floor)


def air(tx: Transaction, rule: Rule, when: Aqi, now: datetime) -> TimedResult:
    """Judge the air quality of the last whole hour."""
    hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    means: dict[TimedSeries, dict[str, float | None]] = {}
    rows = tx.rows(SQL["hourly_means"], kind=rule.kind, hour=hour, pollutants=list(aqi.POLLUTANTS))
    for place, row in concerned(rule, rows):
        means.setdefault(place, {})[row["metric"]] = row["mean"] if _is_valid_hour(row) else None
    return timed.air(when, means.items(), aqi.edition_of(hour))


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


def _interval(row: Row) -> float:
    return coverage.report_interval(row["nominal"], row["learned"], row["usual"])


def faults(tx: Transaction, rule: Rule, *, own: set[int]) -> TimedResult:
    """Judge the rules themselves: those that were switched off, and those that cannot be read."""
    rows = tx.rows(SQL["rules_with_fault"])
    holding = {row["fault_series"]: f"rule {row['rule_id']} was switched off: {row['fault']}" for row in rows}
    unreadable = rule_store.unreadable_rules(tx)
    if unreadable:
        series = min(own, default=None) or tx.value(SQL["any_series"], kind=rule.kind)
        if series is not None:
            words = ["not in force, cannot be read: " + "; ".join(unreadable.values())]
            holding[series] = "; ".join([holding[series], *words] if series in holding else words)
    return TimedResult(holding, own - set(holding), dict.fromkeys(own | set(holding), 0.0))


def warnings_of_others(
    tx: Transaction, rule: Rule, when: WarningInForce, now: datetime, *, own: set[int]
) -> TimedResult:
    """Judge where a warning of others stands: one alert in each district, on the sensor where it is already."""
    rows = tx.rows(
        SQL["warned_districts"],
        codes=[code.upper() for code in when.codes],
        severity=when.severity,
        kind=rule.kind,
        areas=list(rule.scope.areas),
        sensors=list(rule.scope.sensors),
        except_sensors=list(rule.scope.except_sensors),
        own=sorted(own),
        now=now,
    )
    holding = {row["series_id"]: f"{row['headline']} ({row['sender']})" for row in rows}
    return TimedResult(holding, own - set(holding), dict.fromkeys(own | set(holding), 0.0))


def concerned(rule: Rule, rows: Iterable[Row]) -> Iterable[tuple[TimedSeries, Row]]:
    """Yield the rows of the series that concern a rule, each with its series."""
    for row in rows:
        place = TimedSeries(row["series_id"], row["sensor_id"], row["kind"], row["area"])
        if timed.concerns(rule, place):
            yield place, row
