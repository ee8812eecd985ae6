"""What ends with its sensor: the alerts of one that was retired, or replaced by one that does not measure that."""

from collections.abc import Collection
from datetime import datetime

from alerts import conditions
from alerts.board import store
from alerts.board.alert import Alert
from alerts.board.closing import close_in_any_state
from alerts.detection.alert_change import DetectionResult
from cityops.storage import Transaction, load_queries
from cityops.storage.operations.job_parts import JobParts

SQL = load_queries("alerts")


def end_alerts(tx: Transaction, parts: JobParts, now: datetime) -> None:
    """Close the alerts of sensors that are no more, whatever their state, each with the reason."""

    def end(alert: Alert) -> None:
        close_with_sensor(tx, alert, now)

    parts.run_each("retired sensors", store.lock_alerts(tx, "alerts_without_sensor"), end, store.name_alert)
    tx.execute(SQL["forget_retired"])


def close_with_sensor(tx: Transaction, alert: Alert, now: datetime) -> None:
    """Close an alert because of its sensor, with which its condition is forgotten."""
    close_in_any_state(tx, alert, reason=reason_of(tx, alert.series_id), now=now)
    store.forget_course(tx, alert)


def reason_of(tx: Transaction, series_id: int) -> str:
    """Return why nothing more comes of a series."""
    row = tx.row(SQL["sensor_of_series"], series_id=series_id) or {}
    if row.get("retired_at") is not None:
        return f"sensor retired: {row['retired_reason']}"
    return f"sensor replaced: it is a {row.get('kind')} now"


def is_retired(tx: Transaction, series_id: int) -> bool:
    """Whether the sensor of a series is retired."""
    row = tx.row(SQL["sensor_of_series"], series_id=series_id)
    return row is not None and row["retired_at"] is not None


def without_retired(tx: Transaction, found: DetectionResult) -> DetectionResult:
    """Return the findings without those on sensors that are retired; that a rule failed may hang on any."""
    if not (found.changes or found.courses):  # as in nearly every round
        return found
    gone = {row["series_id"] for row in tx.rows(SQL["retired_series"])}
    return _without(found, gone) if gone else found


def _without(found: DetectionResult, gone: Collection[int]) -> DetectionResult:
    kept = [
        change
        for change in found.changes
        if change.series_id not in gone or isinstance(change.rule.when, conditions.Fault)
    ]
    faults = {change.rule.id for change in kept}
    courses = {
        key: course for key, course in found.courses.items() if key.series_id not in gone or key.rule_id in faults
    }
    return DetectionResult(kept, courses, found.faults)
