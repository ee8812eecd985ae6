"""What ingest tells Prometheus."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from cityops.storage.devices.ledger import Totals
from cityops.storage.messages.brokers import BrokerDrops
from ingest.storing.outcome import StoringOutcome

MESSAGES = Counter("cityops_ingest_messages", "Messages stored and acknowledged")
READINGS = Counter("cityops_ingest_readings", "Readings in those messages")
STORED = Counter("cityops_ingest_readings_stored", "Readings that were new; the rest were there already")
DEAD = Counter("cityops_ingest_dead_letters", "Messages that could not be stored, by the field at fault", ["field"])
LETTERS_COUNTED = Counter("cityops_ingest_dead_letters_not_kept", "Dead letters beyond the allowance, only counted")
BLOCKED = Counter("cityops_ingest_blocked_messages", "Messages of blocked sensors, thrown away")
ALERTS = Counter("cityops_ingest_alert_changes", "Alerts raised and cleared", ["event"])
BATCH = Histogram("cityops_ingest_batch_messages", "Messages a batch", buckets=[1, 3, 10, 30, 100, 300, 1000, 3000])
COMMIT = Histogram("cityops_ingest_commit_seconds", "Time from batch to commit")
LAG = Gauge("cityops_ingest_lag_seconds", "Age of the newest reading at its commit, by the device's clock")
FLAGGED = Counter("cityops_ingest_flagged_readings", "Readings by the quality test that they failed", ["test"])
DUPLICATE = Counter("cityops_ingest_readings_duplicate", "Readings that were there already")
RESENT = Counter("cityops_ingest_reports_resent", "Reports of which every reading was there already")
REPLAYED = Counter("cityops_ingest_dead_letters_replayed", "Dead letters that were processed again")
LEDGER = Gauge("cityops_ledger", "The loss ledger of the whole city", ["entry"])
DROPPED = Gauge("cityops_broker_dropped_messages", "Messages that the broker dropped, by its own count", ["broker"])
LOST_QUEUES = Gauge("cityops_ingest_lost_queues", "Queues at brokers that were lost, as far as was noticed")
WEAKNESS = Gauge("cityops_broker_weakness", "What the broker lets others do, tried at the start", ["weakness"])
QUEUED = Gauge("cityops_ingest_queue_bytes", "Bytes received that wait for a batch")
RETRIES = Counter("cityops_ingest_database_retries", "Batches that had to wait for the database")


# The parts of a message that a letter may name. What else a letter names came from the wire.
_SECTIONS = frozenset(
    {"topic", "payload", "time", "values", "seq", "kind", "name", "lon", "lat", "crs", "area", "domain", "sensor"}
    | {"n", "t", "u", "v", "bn", "bt", "bu", "bv", "bver", "bs", "s", "vs", "vb", "vd"}
)
OTHER = "other"


def section_of(field: str) -> str:
    """Return the section of a message that a field lies in, as a label: one of a few, whatever the wire said."""
    section = field.partition(".")[0]
    return section if section in _SECTIONS else OTHER


def observe(outcome: StoringOutcome, *, seconds: float, now: datetime) -> None:
    """Count a committed batch."""
    MESSAGES.inc(outcome.messages)
    READINGS.inc(outcome.readings)
    STORED.inc(outcome.stored)
    for field, count in outcome.dead.items():
        DEAD.labels(section_of(field)).inc(count)
    for test, count in outcome.flagged.items():
        FLAGGED.labels(test).inc(count)
    DUPLICATE.inc(outcome.readings - outcome.stored)
    RESENT.inc(outcome.resent)
    REPLAYED.inc(outcome.replayed)
    BLOCKED.inc(outcome.blocked)
    ALERTS.labels("raise").inc(outcome.raised)
    ALERTS.labels("clear").inc(outcome.cleared)
    BATCH.observe(outcome.messages)
    COMMIT.observe(seconds)
    if outcome.newest is not None:
        LAG.set((now - outcome.newest).total_seconds())


def show_ledger(totals: Totals, drops: Iterable[BrokerDrops], lost_queues: int) -> None:
    """Show the ledger's totals, what brokers dropped by their own count, and how many queues were lost."""
    LOST_QUEUES.set(lost_queues)
    for column in fields(totals):
        LEDGER.labels(column.name).set(getattr(totals, column.name))
    for broker in drops:
        DROPPED.labels(broker.broker).set(broker.dropped)
