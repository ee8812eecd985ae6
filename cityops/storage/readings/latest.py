"""The newest reading of every series: what each server process keeps of the whole city.

It comes as a binary COPY, whose fixed-width rows numpy takes as they are: PostgreSQL's driver would make a Python
object of each value, a hundred thousand sensors' worth of them.
"""

from collections.abc import Iterable

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
Rows = NDArray[np.void]  # of _ROW
Series = NDArray[np.int64]  # their numbers
_NAMES = {"series_id": "int64", "sensor_id": "str", "metric": "str"}


class LatestReader:
    """Reads it again and again: all of it, or what changed.

    Which sensor and metric a series is never changes, so that is read when one is new.
    """

    def __init__(self) -> None:
        self._names = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _NAMES.items()})
        self._rows = np.empty(0, _ROW)  # by rising series
        self._placed = self._names  # the names of these rows

    def read(self, tx: Transaction) -> pd.DataFrame:
        """Return the newest reading of every series, by rising series.

        Columns: series_id, sensor_id, metric, time, value (metric's unit), quality (QARTOD), received_at. UTC.
        """
        self._rows = _read_rows(tx, "copy_latest")
        return self._frame(tx)

    def read_changed(self, tx: Transaction, series: frozenset[int]) -> pd.DataFrame:
        """Return the same after reading these series only; all others are as they were."""
        if series:
            self._rows = _update(self._rows, _read_rows(tx, "copy_latest_of", series=sorted(series)))
        return self._frame(tx)

    def _frame(self, tx: Transaction) -> pd.DataFrame:
        rows = self._rows
        series = rows["series"].astype(np.int64)
        if not np.array_equal(series, self._placed["series_id"]):
            self._learn(tx, series)
            self._placed = self._names.iloc[np.searchsorted(self._names["series_id"], series)]
        names = self._placed
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

    def _learn(self, tx: Transaction, series: Series) -> None:
        """Read the names of those that are new: all of them at first, then few, however many the city has."""
        new = series[~np.isin(series, self._names["series_id"])]
        if not len(new):
            return
        if self._names.empty:
            self._names = tx.frame(SQL["all_series"], types=_NAMES)
        else:
            named = tx.frame(SQL["series_named"], types=_NAMES, series=new.tolist())
            self._names = pd.concat([self._names, named]).sort_values("series_id", ignore_index=True)


def rows_of(latest: pd.DataFrame, series: Iterable[int]) -> pd.DataFrame:
    """Return the rows of `latest` (by rising series) that are of these; one that has no reading is left out."""
    wanted, known = np.array(sorted(series), np.int64), latest["series_id"].to_numpy()
    places = np.searchsorted(known, wanted)
    return latest.iloc[places[np.searchsorted(known, wanted, side="right") > places]]


def latest_frame(tx: Transaction) -> pd.DataFrame:
    """Return the newest reading of every series, once; columns as of LatestReader.read."""
    return LatestReader().read(tx)


def _read_rows(tx: Transaction, query: str, **values: object) -> Rows:
    data = tx.copy_out(SQL[query], **values)
    rows = np.frombuffer(data, _ROW, offset=len(HEADER), count=(len(data) - len(HEADER)) // _ROW.itemsize)
    return rows[np.argsort(rows["series"])]


def _update(rows: Rows, changed: Rows) -> Rows:
    """Return the rows with some of them in place of their older selves, and new ones among them."""
    places = np.searchsorted(rows["series"], changed["series"])
    is_known = np.searchsorted(rows["series"], changed["series"], side="right") > places
    updated = rows.copy()  # whoever draws the older ones goes on undisturbed
    updated[places[is_known]] = changed[is_known]
    return np.insert(updated, places[~is_known], changed[~is_known])


def _moments(since_2000: NDArray[np.int64]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex((since_2000 + MICROSECONDS_TO_2000).astype("datetime64[us]")).tz_localize("UTC")
