"""Device clocks. Times are microseconds since 1970, UTC. Pure.

The skew of a clock is the time of arrival minus the device's own: positive when the clock is behind. The way
through the network, and a device that sends what it kept, only ever add to it; so the small ones of the last
samples tell about the clock. The smallest itself may be one wrong stamp: the second smallest is taken.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.windows import Floats, ranked

Ints = NDArray[np.int64]

LEAST_SAMPLES = 3
_SECOND = 1e6


def sample_skew(newest: Ints, arrival: Ints) -> Floats:
    """Return one sample a device, in seconds: the arrival of its newest reading minus that reading's time."""
    return np.asarray((arrival - newest) / _SECOND)


def clock_skew(rows: Floats) -> Floats:
    """Return the skew of each device's clock in seconds from its window of samples; NaN while they are few."""
    return ranked(rows, np.ones(len(rows), dtype=np.int64), least=LEAST_SAMPLES)
