"""Averages as the standards want them: noise by energy, point speeds harmonically."""

import numpy as np
import numpy.typing as npt

from cityops.catalogue import Mean


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
    return float(np.mean(numbers))
