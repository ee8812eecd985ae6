"""The past in spans, the newest first: what devices would have reported, as rows of readings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from cityops.readings import Quality
from cityops.storage.readings.table import ReadingRow
from sensors_sim.fleet.devices import Fleet
from sensors_sim.story.simulation import SimulatedReports, Simulation

FINE = 60.0  # seconds between readings in the newest hour
COARSE = 300.0  # seconds between readings before it
NEWEST = 3600.0
ROWS = 20_000  # in one transaction
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Series = dict[tuple[str, str], int]


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
