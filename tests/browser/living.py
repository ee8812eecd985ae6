"""A city that lives while a test looks at it: every second some sensors report, some alerts come and go."""

import json
import math
from datetime import datetime

from alerts.board import actions
from alerts.board.actions import AlertAct
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from tests.browser.city import build_city

NOISE, GAS = 40, 8
SPIKE_EVERY = 12  # seconds; every detector has its turn
SPIKE_FOR = 3


class LivingCity:
    """Drives ingest by hand: one batch a tick."""

    def __init__(self, database: Database, catalogue: Catalogue, now: datetime) -> None:
        build_city(database)
        self._database = database
        self._keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue), broker="broker:1883")
        self._keeper.start(now)
        kinds = [("environment", "noise_meter", f"N-{number:02d}") for number in range(NOISE)]
        kinds += [("emergency", "gas_detector", f"G-{number}") for number in range(GAS)]
        self._keeper.store([self._registration(place, *kind, now) for place, kind in enumerate(kinds)], now)
        self._seconds = 0

    def tick(self, now: datetime) -> None:
        """Have every sensor report once; an officer takes each alert that has gone back to normal."""
        self._seconds += 1
        spiking = self._seconds // SPIKE_EVERY % GAS if self._seconds % SPIKE_EVERY < SPIKE_FOR else None
        told = [
            self._report("environment", f"N-{number:02d}", "leq", 52 + 4 * math.sin(self._seconds / 9 + number), now)
            for number in range(NOISE)
        ]
        told += [
            self._report("emergency", f"G-{number}", "gas_lel", 24 if number == spiking else 2 + number % 3, now)
            for number in range(GAS)
        ]
        self._keeper.store(told, now)
        with self._database.transaction() as tx:
            for row in tx.rows(
                "SELECT alert_id, version FROM alert WHERE NOT active AND NOT acknowledged AND closed_at IS NULL"
            ):
                actions.acknowledge(tx, row["alert_id"], AlertAct("li", now), version=row["version"])

    @staticmethod
    def _registration(place: int, domain: str, kind: str, sensor: str, now: datetime) -> Message:
        meta = {"kind": kind, "name": sensor, "lon": 119.01 + place % 8 / 50, "lat": 30.01 + place // 8 / 90}
        return Message(f"cityops/990101/{domain}/{sensor}/meta", json.dumps(meta).encode(), now)

    @staticmethod
    def _report(domain: str, sensor: str, metric: str, value: float, now: datetime) -> Message:
        payload = {"time": now.isoformat(), "values": {metric: round(value, 1)}}
        return Message(f"cityops/990101/{domain}/{sensor}/telemetry", json.dumps(payload).encode(), now)
