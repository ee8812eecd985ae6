"""How values are averaged: noise by energy, speeds harmonically, directions as vectors. The one home in Python. Pure.

Each mean is an arithmetic mean of terms, turned back into a value, so means of parts combine by their weights. A
direction has two terms, to the north and to the east. `cityops/storage/replayable/means.sql` does the same in SQL.
"""

import numpy as np
import numpy.typing as npt

from cityops.catalogue import Mean

CANCELLED = 1e-6  # of the length 1 of a single direction; the database has the same limit
Floats = npt.NDArray[np.float64]


def mean_of(values: npt.ArrayLike, mean: Mean, weights: npt.ArrayLike | None = None) -> float | None:
    """Return the average of some values by their weights (all alike when not given); None when there is nothing.

    A speed of 0 has no term: no vehicle passed, and that is not a slow one.
    """
    numbers = np.asarray(values, dtype=float)
    given = np.ones_like(numbers) if weights is None else np.asarray(weights, dtype=float)
    terms, easts = terms_of(numbers, mean)
    known = np.isfinite(terms) & np.isfinite(given) & (given > 0)
    if not known.all():
        terms, easts, given = terms[known], easts[known], given[known]
    weight = float(given.sum())
    if weight == 0:
        return None
    # Not np.dot: BLAS wakes a thread on every core for it, which costs more than the sum.
    return value_of(float((terms * given).sum()) / weight, float((easts * given).sum()) / weight, mean)


def terms_of(numbers: Floats, mean: Mean) -> tuple[Floats, Floats]:
    """Return the terms of values, NaN where they have none, and those to the east, 0 for all but directions."""
    easts = np.zeros_like(numbers)
    match mean:
        case Mean.ENERGY:
            return 10 ** (numbers / 10), easts
        case Mean.HARMONIC:
            slow = np.where(numbers > 0, numbers, np.nan)
            return 1 / slow, easts
        case Mean.VECTOR:
            return np.cos(np.radians(numbers)), np.sin(np.radians(numbers))
    return numbers, easts


def value_of(term: float, east: float, mean: Mean) -> float | None:
    """Return the value that a mean of terms stands for; None when there is none, or directions cancel each other."""
    found = float(values_of(np.array([term]), np.array([east]), mean)[0])
    return None if np.isnan(found) else found


def values_of(terms: Floats, easts: Floats, mean: Mean) -> Floats:
    """Return the same of many means of terms, NaN where there is no value."""
    match mean:
        case Mean.ENERGY:
            return 10 * np.log10(terms)
        case Mean.HARMONIC:
            return 1 / terms
        case Mean.VECTOR:
            directions = np.degrees(np.arctan2(easts, terms)).round(9) % 360
            return np.where(np.hypot(terms, easts) < CANCELLED, np.nan, directions)
    return terms


def fill_weights(weights: npt.ArrayLike) -> Floats:
    """Return weights for all: what has none weighs as the others do on average; 1 where none is known."""
    given = np.asarray(weights, dtype=float)
    known = given[np.isfinite(given)]
    return np.where(np.isfinite(given), given, known.mean() if known.size and known.mean() > 0 else 1.0)
