"""Numbers that pass every range and break arithmetic later: the one place where they are made harmless. Pure.

Huge ones are outside what the catalogue lets be stored (`Metric.storable`), and what is not finite is refused by the
decoders. What is left are numbers next to zero: their reciprocal or their square is no number any more.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.checks.quality import Floats

# Nothing a city measures is smaller: it is memory that nobody filled (6.9e-310), or a filter that fades out.
SMALLEST = 1e-30


def make_harmless(value: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the values with 0 for those next to zero, -0 included, and which of them were too small to be true."""
    tiny = (value != 0) & (np.abs(value) < SMALLEST)
    return np.where(tiny, 0.0, value) + 0.0, tiny  # -0.0 + 0.0 is 0.0
