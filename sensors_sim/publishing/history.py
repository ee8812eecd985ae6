"""Back-fill: what the city would have reported before we came, straight into the store.

The values come from the same functions of time as the live ones, so the two join without a step. The newest
hours come first, because that is where people look first.
"""

import logging
import threading
import time
from datetime import UTC, datetime

from cityops.storage import Database, StorageError
from cityops.storage.devices import registry
from cityops.storage.readings.table import write_readings
from sensors_sim.publishing.past_reports import Series, batches
from sensors_sim.story.simulation import Simulation

logger = logging.getLogger(__name__)
REST = 0.5  # of the time a transaction took: others want the machine too


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
