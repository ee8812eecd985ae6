"""A batch of readings as columns, and as PostgreSQL's binary COPY.

Fixed-width rows are one structured array: the whole batch is encoded by a handful of numpy assignments, and
the server parses nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("time_size", ">i4"), ("time", ">i8"),
        ("series_size", ">i4"), ("series", ">i4"),
        ("value_size", ">i4"), ("value", ">f8"),
        ("quality_size", ">i4"), ("quality", ">i2"),
    ]
)  # fmt: skip
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
MICROSECONDS_TO_2000 = 946_684_800_000_000  # PostgreSQL counts from 2000, everybody else from 1970
_MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Readings side by side; all arrays have one length.

    `time` is the device's, in microseconds since 1970 UTC; `quality` holds QARTOD flags.
    """

    time: NDArray[np.int64]
    series: NDArray[np.int32]
    value: NDArray[np.float64]
    quality: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def none(cls) -> Self:
        """Return columns without a row."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.int16))

    def __add__(self, other: "Columns") -> "Columns":
        """Return these rows and then the other ones."""
        pairs = ((getattr(self, column.name), getattr(other, column.name)) for column in fields(self))
        return Columns(*(np.concatenate(pair) for pair in pairs))

    def pick(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Columns":
        """Return some of the rows, given as a mask or by their positions."""
        return Columns(self.time[rows], self.series[rows], self.value[rows], self.quality[rows])

    def keys(self) -> Iterator[tuple[int, int]]:
        """Yield series and time of each row, its key in the table."""
        return zip(self.series.tolist(), self.time.tolist(), strict=True)

    def among(self, keys: Collection[tuple[int, int]]) -> NDArray[np.bool_]:
        """Return which rows have one of these keys; nearly always there is none."""
        if not keys:
            return np.zeros(len(self), dtype=bool)
        return np.fromiter((key in keys for key in self.keys()), dtype=bool, count=len(self))

    def repeats(self) -> NDArray[np.bool_]:
        """Return which rows have the series and moment of an earlier row."""
        order = np.lexsort((self.time, self.series))
        found = np.zeros(len(self), dtype=bool)
        same = (np.diff(self.series[order]) == 0) & (np.diff(self.time[order]) == 0)
        found[order[1:][same]] = True
        return found

    def newest(self) -> "Columns":
        """Return the newest row of each series, in order of the series; of two for one moment, the first."""
        position = np.arange(len(self))
        order = np.lexsort((-position, self.time, self.series))
        last = np.ones(len(self), dtype=bool)
        last[:-1] = np.diff(self.series[order]) != 0
        return self.pick(order[last])

    def days(self) -> Iterator[date]:
        """Yield each UTC day that occurs, in order."""
        for day in np.unique(self.time // _MICROSECONDS_A_DAY):
            yield date(1970, 1, 1) + timedelta(days=int(day))

    def encode(self) -> bytes:
        """Return the rows as the data of a binary COPY with the columns time, series_id, value, quality."""
        rows = np.empty(len(self), _ROW)
        rows["fields"] = 4
        rows["time_size"], rows["time"] = 8, self.time - MICROSECONDS_TO_2000
        rows["series_size"], rows["series"] = 4, self.series
        rows["value_size"], rows["value"] = 8, self.value
        rows["quality_size"], rows["quality"] = 2, self.quality
        return b"".join((HEADER, rows.tobytes(), _END))
