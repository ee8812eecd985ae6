"""Averages as the standards want them: noise by energy, point speeds harmonically, directions as vectors."""

import numpy as np
import numpy.typing as npt

from cityops.catalogue import Mean

CANCELLED = 1e-6  # of the length 1 of a single direction; the database has the same limit


def mean_of(values: npt.ArrayLike, mean: Mean) -> float | None:
    """Return the average of some values; None when there is nothing to average."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if mean is Mean.HARMONIC:
        numbers = numbers[numbers > 0]  # no vehicle, no speed: a zero is not a slow one
    if numbers.size == 0:
        return None
    if mean is Mean.HARMONIC:
        return float(numbers.size / np.sum(1 / numbers))
    if mean is Mean.ENERGY:
        return float(10 * np.log10(np.mean(10 ** (numbers / 10))))
    if mean is Mean.VECTOR:
        angles = np.radians(numbers)
        return direction_of(float(np.mean(np.cos(angles))), float(np.mean(np.sin(angles))))
    return float(np.mean(numbers))


def direction_of(north: float, east: float) -> float | None:
    """Return where a mean vector points, in degrees from 0 to 360; None when the directions cancel each other."""
    if np.hypot(north, east) < CANCELLED:
        return None
    return float(np.degrees(np.arctan2(east, north)).round(9) % 360)
