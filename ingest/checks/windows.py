"""The last few samples of each of many devices, side by side: what a robust running estimate is made of."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SIZE = 9


@dataclass(slots=True)
class Windows:
    """Samples, one row a device, the newest last; NaN where none is yet."""

    samples: Floats

    @classmethod
    def empty(cls, devices: int) -> Self:
        """Return windows without a sample."""
        return cls(np.full((devices, SIZE), np.nan))

    def after(self, devices: Ints, sample: Floats) -> Floats:
        """Return the rows of these devices with one more sample each, which is not kept yet; NaN is no sample."""
        rows = self.samples[devices]
        moved = np.column_stack([rows[:, 1:], sample])
        return np.where(np.isnan(sample)[:, None], rows, moved)

    def keep(self, devices: Ints, rows: Floats) -> None:
        """Keep what after() returned. Call it when the batch is committed."""
        self.samples[devices] = rows


def ranked(rows: Floats, rank: Ints, *, least: int) -> Floats:
    """Return the sample of this rank (0 is the smallest) of each row; NaN where there are less than `least`."""
    count = np.sum(~np.isnan(rows), axis=1)
    ordered = np.sort(rows, axis=1)  # NaN comes last
    found = ordered[np.arange(len(rows)), np.minimum(rank, np.maximum(count - 1, 0))]
    return np.where(count >= least, found, np.nan)


def median(rows: Floats, *, least: int) -> Floats:
    """Return the (lower) median of each row."""
    return ranked(rows, (np.maximum(np.sum(~np.isnan(rows), axis=1), 1) - 1) // 2, least=least)
