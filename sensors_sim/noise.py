"""Noise that any moment can be asked for, alone and in any order.

Value noise: random numbers on a lattice of moments, taken from a hash of (key, lattice index), joined by
smooth curves (K. Perlin, "An Image Synthesizer", 1985; interpolation 6t^5-15t^4+10t^3 from "Improving
Noise", 2002). So history and live values come from one function of time and meet without a step.
The hash is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]


def salt(keys: Keys, number: int) -> Keys:
    """Return other keys for another use of the same devices."""
    return _mix(np.atleast_1d(keys) ^ np.array([number], dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def uniform(keys: Keys, index: NDArray[np.int64]) -> Floats:
    """Return numbers in [0, 1), one for each (key, index). Arrays broadcast."""
    counter = np.atleast_1d(index).astype(np.uint64) * np.uint64(0xD1342543DE82EF95)
    bits = _mix(np.atleast_1d(keys) ^ _mix(counter)) >> np.uint64(11)
    return bits.astype(np.float64) * 2.0**-53


def smooth(keys: Keys, times: Floats, period: float) -> Floats:
    """Return smooth noise in [-1, 1] with mean 0 whose knots are `period` seconds apart."""
    position = np.atleast_1d(times) / period
    index = np.floor(position)
    rest = position - index
    knot = index.astype(np.int64)
    before, after = uniform(keys, knot), uniform(keys, knot + 1)
    blend = rest * rest * rest * (rest * (rest * 6 - 15) + 10)
    return 2 * (before + (after - before) * blend) - 1


def rough(keys: Keys, times: Floats, period: float) -> Floats:
    """Return noise in [-1, 1] of three octaves: slow drift with finer movement on it."""
    coarse = smooth(keys, times, period)
    medium = smooth(salt(keys, 2), times, period / 3.1)
    fine = smooth(salt(keys, 3), times, period / 9.7)
    return (coarse + 0.5 * medium + 0.25 * fine) / 1.75


def white(keys: Keys, times: Floats) -> Floats:
    """Return the noise of a measurement, in [-1, 1], new for each millisecond."""
    return 2 * uniform(keys, np.round(np.atleast_1d(times) * 1000).astype(np.int64)) - 1


def _mix(bits: Keys) -> Keys:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
