"""Places where nothing of a city stands: 0, 0, which a device without a fix says, and what is far from all else."""

import numpy as np
import numpy.typing as npt

from cityops.geography.coordinates import Degrees

Mask = npt.NDArray[np.bool_]

NO_FIX = "0, 0 is what a device says that does not know its place"
_NEAR_ZERO = 0.01  # degrees: about a kilometre, which holds what an offset or noise makes of 0, 0
_FAR = 3.0  # degrees, some 300 km: no city reaches farther from the middle of what stands in it


def is_null_island(lon: float, lat: float) -> bool:
    """Whether a place is the one in the Gulf of Guinea that stands for none."""
    return abs(lon) < _NEAR_ZERO and abs(lat) < _NEAR_ZERO


def at_null_island(lon: Degrees, lat: Degrees) -> Mask:
    """Return the same for many places."""
    return np.asarray((np.abs(lon) < _NEAR_ZERO) & (np.abs(lat) < _NEAR_ZERO))


def belong_together(lon: Degrees, lat: Degrees) -> Mask:
    """Return which places are of one city: neither 0, 0 nor far from the middle of the others.

    All but 0, 0, when half of them or more would be far: then there is no middle.
    """
    real = ~at_null_island(lon, lat)
    if not real.any():
        return real
    east, north = np.median(lon[real]), np.median(lat[real])
    near = real & (np.abs(lon - east) <= _FAR) & (np.abs(lat - north) <= _FAR)
    return near if near.sum() * 2 > real.sum() else real
