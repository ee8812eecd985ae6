"""`cityops score`: a truth file against the alerts in the database."""

from datetime import datetime
from pathlib import Path

import msgspec

from cityops.storage import Database, Transaction, load_queries
from sensors_sim.scoring.score import GRACE, DetectionScore, Raised, score
from sensors_sim.scoring.truth_records import Truth, read_truth

SQL = load_queries("sensors_sim")


def score_database(database: Database, path: Path) -> tuple[Truth, DetectionScore]:
    """Score the alerts of a database. Raises TruthError or StorageError."""
    truth = read_truth(path)
    with database.transaction() as tx:
        return truth, score(truth, raised_alerts(tx, truth.start, truth.end + GRACE))


def raised_alerts(tx: Transaction, start: datetime, end: datetime) -> list[Raised]:
    """Return the alerts that were opened in a span."""
    return [Raised(**row) for row in tx.rows(SQL["raised_alerts"], start=start, end=end)]


def describe(found: DetectionScore) -> list[str]:
    """Return the lines that a person reads."""
    lines = [
        f"expected {found.expected}, found {found.found}, recall {_share(found.recall)}",
        f"raised {found.raised}, false {found.false} ({found.false_severe} severe), "
        f"precision {_share(found.precision)}, {found.false_per_sensor_day:.4f} false a sensor and day",
        f"from the first report that tells it to the alert: median {_seconds(found.detected_after(50))}, "
        f"p95 {_seconds(found.detected_after(95))}",
        f"from its true beginning: median {_seconds(found.true_for(50))}, p95 {_seconds(found.true_for(95))}",
    ]
    lines += [f"missed: {one.rule} of {one.sensor}, since {one.since.isoformat()}" for one in found.missed]
    lines += [f"false: {one.rule_id} of {one.sensor_id} at {one.opened_at.isoformat()}" for one in found.wrong]
    return lines


def summarise(found: DetectionScore) -> str:
    """Return the figures as one JSON object."""
    figures = {
        "expected": found.expected,
        "recall": found.recall,
        "precision": found.precision,
        "false": found.false,
        "false_severe": found.false_severe,
        "false_per_sensor_day": found.false_per_sensor_day,
        "detect_p50_s": found.detected_after(50),
        "detect_p95_s": found.detected_after(95),
        "true_p50_s": found.true_for(50),
        "true_p95_s": found.true_for(95),
    }
    return msgspec.json.encode(figures).decode()


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"
