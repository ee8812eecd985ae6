"""How long an emergency reading waits while a worker drains a flood of other domains that came first."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.ingest import drain, publisher
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor
from tests.devices import device

FLOOD = 50_000  # messages
WORKER = "bench-flood"
GAS = "cityops/990101001001/emergency/GAS-LANE"
STORED = "SELECT count(*) FROM reading JOIN series USING (series_id) WHERE sensor_id = 'GAS-LANE' AND time = %(time)s"


def prepare(broker: str, database: Database, flood: int = FLOOD) -> None:
    """Let the sessions of a worker hold a flood of traffic."""
    with database.transaction() as tx:
        register_sensor(
            tx, Sensor("GAS-LANE", "990101001001", "emergency", "gas_detector", "gas", 118.8, 31.9), utc_now()
        )
        for number in range(drain.DEVICES):
            name = f"LOOP-{number:04d}"
            loop = Sensor(name, "990101001001", "traffic", "traffic_detector", name, 118.8, 31.9)
            register_sensor(tx, loop, utc_now())
    drain.fill(broker, f"{WORKER}-lane", drain.load_of(0), topic="cityops/+/emergency/+/+")
    drain.fill(broker, WORKER, drain.load_of(0))
    publisher.publish(broker, _flood(flood))


def measure(broker: str, database: Database, is_draining: Callable[[], bool]) -> float:
    """Publish one emergency reading after the other while the flood is drained; return the p95 until stored, ms."""
    delays = []
    with device(broker) as detector:
        while is_draining():
            moment, begun = utc_now(), time.perf_counter()
            detector.measure(GAS, moment, gas_lel=1.0)
            while not _is_stored(database, moment):
                time.sleep(0.002)
            delays.append(time.perf_counter() - begun)
    return 1000 * float(np.percentile(delays, 95)) if delays else float("nan")


def _is_stored(database: Database, moment: datetime) -> bool:
    with database.transaction() as tx:
        return bool(tx.value(STORED, time=moment))


def _flood(messages: int) -> Iterator[tuple[str, bytes]]:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=messages // drain.DEVICES + 60)
    for number in range(messages):
        moment = start + timedelta(seconds=number // drain.DEVICES)
        values = {"speed": 40.5, "flow": 900.0, "occupancy": 12.0}
        payload = json.dumps({"time": moment.isoformat(), "values": values})
        yield f"cityops/990101001001/traffic/LOOP-{number % drain.DEVICES:04d}/telemetry", payload.encode()
