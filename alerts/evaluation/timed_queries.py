"""What the database knows for the conditions that the clock judges: one statement each, and what it means."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.conditions import Flat, WarningInForce, WrongClock
from alerts.detection import clocks, timed
from alerts.detection.stream import FRESH
from alerts.detection.timed import TimedResult, TimedSeries
from alerts.rules import readable_rules
from alerts.rules.definitions import Rule
from cityops.devices.presence import LATE_AFTER
from cityops.standards import coverage
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


def _interval(row: Row) -> float:
    return coverage.report_interval(row["nominal"], row["learned"], row["usual"])


def faults(tx: Transaction, rule: Rule, *, own: set[int]) -> TimedResult:
    """Judge the rules themselves: those that were switched off, and those that cannot be read."""
    rows = tx.rows(SQL["rules_with_fault"])
    holding = {row["fault_series"]: f"rule {row['rule_id']} was switched off: {row['fault']}" for row in rows}
    unreadable = readable_rules.unreadable_rules(tx)
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
