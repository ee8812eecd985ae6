"""The newest reading of every series: what each server process keeps of the whole city.

It comes as a binary COPY, whose fixed-width rows numpy takes as they are: PostgreSQL's driver would make a Python
object of each value, a hundred thousand sensors' worth of them.
"""

from collections.abc import Iterable
from typing import Any

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
Columns = dict[str, NDArray[Any]]  # series_id, time, value, quality, received_at; of moments, UTC without saying so
Series = NDArray[np.int64]  # their numbers
_NAMES = {"series_id": "int64", "sensor_id": "str", "metric": "str"}


class LatestReader:
    """Reads it again and again: all of it, or what changed.

    Which sensor and metric a series is never changes, so that is read when one is new.
    """

    def __init__(self) -> None:
        self._names = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _NAMES.items()})
        self._columns = _columns(np.empty(0, _ROW))  # by rising series
        self._placed = self._names  # the names of these rows

    def read(self, tx: Transaction) -> pd.DataFrame:
        """Return the newest reading of every series, by rising series.

        Columns: series_id, sensor_id, metric, time, value (metric's unit), quality (QARTOD), received_at. UTC.
        """
        self._columns = _read_columns(tx, "copy_latest")
        return self._frame(tx)

    def read_changed(self, tx: Transaction, series: frozenset[int]) -> pd.DataFrame:
        """Return the same after reading these series only; all others are as they were."""
        if series:
            self._update(_read_columns(tx, "copy_latest_of", series=sorted(series)))
        return self._frame(tx)

    def _update(self, changed: Columns) -> None:
        """Put some rows in place of their older selves, and new ones among them."""
        places, known = _find(changed["series_id"], self._columns["series_id"])
        for name, column in changed.items():
            updated = self._columns[name].copy()  # whoever draws the older ones goes on undisturbed
            updated[places[known]] = column[known]
            self._columns[name] = updated if known.all() else np.insert(updated, places[~known], column[~known])

    def _frame(self, tx: Transaction) -> pd.DataFrame:
        columns = self._columns
        if not np.array_equal(columns["series_id"], self._placed["series_id"]):
            self._learn(tx, columns["series_id"])
            self._placed = self._names.iloc[np.searchsorted(self._names["series_id"], columns["series_id"])]
        return pd.DataFrame(
            {
                "series_id": columns["series_id"],
                "sensor_id": self._placed["sensor_id"].array,
                "metric": self._placed["metric"].array,
                "time": _in_utc(columns["time"]),
                "value": columns["value"],
                "quality": columns["quality"],
                "received_at": _in_utc(columns["received_at"]),
            },
            copy=False,
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
    places, known = _find(np.array(sorted(series), np.int64), latest["series_id"].to_numpy())
    return latest.iloc[places[known]]


def latest_frame(tx: Transaction) -> pd.DataFrame:
    """Return the newest reading of every series, once; columns as of LatestReader.read."""
    return LatestReader().read(tx)


def _find(wanted: Series, among: Series) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where each of these stands among rising series, or would stand, and whether it is there."""
    places = np.searchsorted(among, wanted)
    return places, np.searchsorted(among, wanted, side="right") > places


def _read_columns(tx: Transaction, query: str, **values: object) -> Columns:
    data = tx.copy_out(SQL[query], **values)
    rows = np.frombuffer(data, _ROW, offset=len(HEADER), count=(len(data) - len(HEADER)) // _ROW.itemsize)
    return _columns(rows[np.argsort(rows["series"])])


def _columns(rows: NDArray[np.void]) -> Columns:
    return {
        "series_id": rows["series"].astype(np.int64),
        "time": _moments(rows["time"]),
        "value": rows["value"].astype(np.float64),
        "quality": rows["quality"].astype(np.int64),
        "received_at": _moments(rows["received"]),
    }


def _moments(since_2000: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return (since_2000 + MICROSECONDS_TO_2000).astype("datetime64[us]")


def _in_utc(moments: NDArray[np.datetime64]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(moments).tz_localize("UTC")
