"""The newest reading of every series: what each server process asks for once a second, for the whole city.

It comes as a binary COPY, whose fixed-width rows numpy takes as they are: PostgreSQL's driver would make a Python
object of each value, a hundred thousand sensors' worth of them every second.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries
from cityops.storage.readings.columns import HEADER, MICROSECONDS_TO_2000

SQL = load_queries("cityops.storage")
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("series_size", ">i4"), ("series", ">i4"),
        ("time_size", ">i4"), ("time", ">i8"),
        ("value_size", ">i4"), ("value", ">f8"),
        ("quality_size", ">i4"), ("quality", ">i2"),
        ("received_size", ">i4"), ("received", ">i8"),
    ]
)  # fmt: skip
_SERIES = {"series_id": "int64", "sensor_id": "str", "metric": "str"}


class LatestReader:
    """Reads it again and again. Which sensor and metric a series is never changes, so that is read when one is new."""

    def __init__(self) -> None:
        self._series = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _SERIES.items()})

    def read(self, tx: Transaction) -> pd.DataFrame:
        """Return the newest reading of every series.

        Columns: series_id, sensor_id, metric, time, value (metric's unit), quality (QARTOD), received_at. UTC.
        """
        data = tx.copy_out(SQL["copy_latest"])
        rows = np.frombuffer(data, _ROW, offset=len(HEADER), count=(len(data) - len(HEADER)) // _ROW.itemsize)
        series = rows["series"].astype(np.int64)
        if not np.isin(series, self._series["series_id"]).all():
            self._series = tx.frame(SQL["all_series"], types=_SERIES)
        names = self._series.iloc[np.searchsorted(self._series["series_id"], series)]
        return pd.DataFrame(
            {
                "series_id": series,
                "sensor_id": names["sensor_id"].array,
                "metric": names["metric"].array,
                "time": _moments(rows["time"]),
                "value": rows["value"].astype(np.float64),
                "quality": rows["quality"].astype(np.int64),
                "received_at": _moments(rows["received"]),
            }
        )


def latest_frame(tx: Transaction) -> pd.DataFrame:
    """Return the newest reading of every series, once; columns as of LatestReader.read."""
    return LatestReader().read(tx)


def _moments(since_2000: NDArray[np.int64]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex((since_2000 + MICROSECONDS_TO_2000).astype("datetime64[us]")).tz_localize("UTC")
