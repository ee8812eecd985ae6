"""A load fills no log: not that of the database's server, which here writes notices too, and not ours."""

import collections
import io
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.evaluation.engine import Engine
from alerts.notify.contacts import Policy
from alerts.rules.rule_files import load_rules
from alerts.watch import storage_jobs
from alerts.watch.alert_maintenance import tend_alerts
from cityops.catalogue import Catalogue
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.operations.logs import MOST, Formatter, RateLimit
from cityops.storage import Database
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/emergency/GAS-1/"
BATCHES = 150


@pytest.fixture
def ours() -> io.StringIO:
    """What a program of ours writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter())
    handler.addFilter(RateLimit())
    logging.getLogger().addHandler(handler)
    return stream


def test_a_load_fills_neither_the_servers_log_nor_ours(
    own_postgres: EmbeddedPostgres, catalogue: Catalogue, ours: io.StringIO
) -> None:
    database = Database(own_postgres.url, application="test")
    with database.transaction() as tx:
        tx.execute("ALTER DATABASE cityops SET log_min_messages = 'notice'")
    database.close()
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    keeper.store([message("meta", {"kind": "gas_detector", "name": "1", "lon": 118.8, "lat": 31.9})], NOW)

    for number in range(BATCHES):
        now = NOW + timedelta(seconds=number)
        repeated = number - 1 if number % 3 == 0 else number  # a device that repeats itself, for ever
        keeper.store([telemetry(repeated), telemetry(number + 0.5), message("telemetry", b"\xff")], now)
        if number % 20 == 0:
            storage_jobs.show_life(database, [], {}, now)
            storage_jobs.make_days(database, now)
            storage_jobs.forget_sessions(database, now)
            storage_jobs.roll_up(database, now)
            storage_jobs.forget_readings(database, now)
            tend_alerts(database, now, policy=Policy(), zone=ZoneInfo("Asia/Shanghai"))
    database.close()

    assert most_of_a_kind(own_postgres.log.read_text()) <= MOST
    assert most_of_a_kind(ours.getvalue()) <= MOST


def message(channel: str, payload: object) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(ROOT + channel, body, NOW)


def telemetry(seconds: float) -> Message:
    time = (NOW + timedelta(seconds=seconds)).isoformat()
    return message("telemetry", {"time": time, "values": {"gas_lel": 1 + seconds % 7}})


def most_of_a_kind(log: str) -> int:
    """Return how many lines there are of the most frequent kind; numbers make no kind."""
    lines = [re.sub(r"[0-9]+", "N", line) for line in log.splitlines() if "checkpoint" not in line]
    kinds = collections.Counter(line for line in lines if line.strip())
    return max(kinds.values(), default=0)
