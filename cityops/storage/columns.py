"""A batch of readings as columns, and as PostgreSQL's binary COPY.

Fixed-width rows are one structured array: the whole batch is encoded by a handful of numpy assignments, and
the server parses nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

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
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_MICROSECONDS_TO_2000 = 946_684_800_000_000  # PostgreSQL counts from 2000, everybody else from 1970
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

    def days(self) -> Iterator[date]:
        """Yield each UTC day that occurs, in order."""
        for day in np.unique(self.time // _MICROSECONDS_A_DAY):
            yield date(1970, 1, 1) + timedelta(days=int(day))

    def encode(self) -> bytes:
        """Return the rows as the data of a binary COPY with the columns time, series_id, value, quality."""
        rows = np.empty(len(self), _ROW)
        rows["fields"] = 4
        rows["time_size"], rows["time"] = 8, self.time - _MICROSECONDS_TO_2000
        rows["series_size"], rows["series"] = 4, self.series
        rows["value_size"], rows["value"] = 8, self.value
        rows["quality_size"], rows["quality"] = 2, self.quality
        return b"".join((_HEADER, rows.tobytes(), _END))
