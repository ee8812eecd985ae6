"""The hours of air quality stations, which every index of the past is made of."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from cityops.clock import check_aware
from cityops.standards import coverage
from cityops.standards.aqi import VALID_HOUR
from cityops.standards.aqi_tables import POLLUTANTS
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")
TYPES = {
    "sensor_id": "str", "metric": "str", "time": "datetime64[us, UTC]", "value": "float64", "count": "int64",
    "nominal": "float64", "learned": "float64", "usual": "float64",
}  # fmt: skip


def air_hours(tx: Transaction, *, area: str | None = None, start: datetime, end: datetime) -> "pd.DataFrame":
    """Return the hourly means of the pollutants at each station of an area (None: the city).

    Start (inclusive) and end (exclusive) are whole hours. Columns: sensor_id, metric (str), time (start of the hour,
    UTC), value (float64, the metric's unit), count (int64, readings),
    valid (bool: whether 45 minutes of the hour were measured).
    """
    values = {"metrics": list(POLLUTANTS), "area": area, "start": check_aware(start), "end": check_aware(end)}
    found = tx.frame(SQL["air_hours"], types=TYPES, **values)
    facts = zip(found["nominal"], found["learned"], found["usual"], strict=True)
    interval = np.array([coverage.report_interval(*known) for known in facts], dtype=float)
    covered = coverage.time_covered(coverage.HOUR, found["count"].to_numpy(), interval)
    return found[["sensor_id", "metric", "time", "value", "count"]].assign(valid=covered >= VALID_HOUR)


def count_stations(tx: Transaction, area: str | None) -> int:
    """Return how many series of pollutants an area has: what a question about them costs."""
    return int(tx.value(SQL["count_pollutants"], metrics=list(POLLUTANTS), area=area))
