"""Back-fill: what the city would have reported before we came, straight into the store.

The values come from the same functions of time as the live ones, so the two join without a step. The newest
hours come first, because that is where people look first.
"""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from cityops.readings import Quality
from cityops.storage import Database, StorageError
from cityops.storage.devices import registry
from cityops.storage.readings.table import ReadingRow, write_readings
from sensors_sim.fleet.devices import Fleet
from sensors_sim.story.simulation import SimulatedReports, Simulation

logger = logging.getLogger(__name__)
FINE = 60.0  # seconds between readings in the newest hour
COARSE = 300.0  # seconds between readings before it
NEWEST = 3600.0
ROWS = 20_000  # in one transaction
REST = 0.5  # of the time a transaction took: others want the machine too
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Series = dict[tuple[str, str], int]


def start_history(
    database: Database, simulation: Simulation, seconds: float, *, stopping: threading.Event
) -> threading.Thread:
    """Register all sensors, then fill the store in the background. The sensors are there when this returns."""
    series = register_all(database, simulation)
    thread = threading.Thread(
        target=_fill_logged, args=(database, simulation, seconds, series, stopping), name="history", daemon=True
    )
    thread.start()
    return thread


def register_all(database: Database, simulation: Simulation) -> Series:
    """Register the simulated sensors and return the id of each of their series."""
    now = datetime.fromtimestamp(simulation.clock.start, UTC)
    wanted = []
    with database.transaction() as tx:
        for kind, fleet in simulation.fleets.items():
            for sensor in fleet.sensors:
                registry.register_sensor(tx, sensor, now)
                wanted += [(sensor.sensor_id, metric) for metric in simulation.catalogue.kind[kind].metrics]
        return registry.series_ids(tx, wanted)


def fill(
    database: Database, simulation: Simulation, seconds: float, series: Series, *, stopping: threading.Event
) -> int:
    """Write the past `seconds`, newest first, in transactions of about 20,000 rows. Return how many were new."""
    written = 0
    received_at = datetime.fromtimestamp(simulation.clock.start, UTC)
    for rows in batches(simulation, seconds, series):
        if stopping.is_set():
            break
        began = time.monotonic()
        with database.transaction() as tx:
            written += write_readings(tx, rows, received_at)
        stopping.wait(REST * (time.monotonic() - began))
    return written


def batches(simulation: Simulation, seconds: float, series: Series) -> Iterator[list[ReadingRow]]:
    """Yield rows of the past, newest span first, about `ROWS` at a time."""
    batch: list[ReadingRow] = []
    for start, end, interval in spans(simulation.clock.start, seconds):
        for fleet in simulation.fleets.values():
            batch += _rows(past_reports(simulation, fleet, start, end, interval), series)
            if len(batch) >= ROWS:
                yield batch
                batch = []
    if batch:
        yield batch


def spans(now: float, seconds: float) -> Iterator[tuple[float, float, float]]:
    """Yield (start, end, interval): the newest hour in fine steps, then hour by hour in coarse ones."""
    oldest, end, interval = now - seconds, now, FINE
    while end > oldest:
        start = max(oldest, end - NEWEST)
        yield start, end, interval
        end, interval = start, COARSE


def past_reports(simulation: Simulation, fleet: Fleet, start: float, end: float, interval: float) -> SimulatedReports:
    """Return what all devices of a fleet measured from start to end, each at its own phase of the interval."""
    steps = np.arange(np.ceil((start - interval) / interval), np.ceil(end / interval))
    phases = simulation.schedules[fleet.kind].phases
    times = (steps[None, :] + phases[:, None]) * interval
    device, column = np.nonzero((times > start) & (times <= end))
    return simulation.measure(fleet, device, times[device, column], column)


def _rows(reports: SimulatedReports, series: Series) -> list[ReadingRow]:
    moments = [EPOCH + timedelta(milliseconds=stamp) for stamp in reports.milliseconds.tolist()]
    rows = []
    for metric, values in reports.values.items():
        ids = np.array([series[sensor.sensor_id, metric] for sensor in reports.fleet.sensors])
        columns = zip(moments, ids[reports.device].tolist(), values.tolist(), strict=True)
        rows += [ReadingRow(moment, number, value, Quality.GOOD) for moment, number, value in columns]
    return rows


def _fill_logged(
    database: Database, simulation: Simulation, seconds: float, series: Series, stopping: threading.Event
) -> None:
    """Run in a thread: a broken back-fill must not stop the live city, but it must be seen."""
    began = time.monotonic()
    try:
        written = fill(database, simulation, seconds, series, stopping=stopping)
    except StorageError:
        logger.exception("history stopped", extra={"action": "history"})
    else:
        logger.info(
            "history written",
            extra={"action": "history", "rows": written, "seconds": round(time.monotonic() - began, 1)},
        )
