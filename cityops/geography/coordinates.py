"""The Chinese offset systems GCJ-02 and BD-09, and the way back to WGS-84.

The algorithm is reverse-engineered and unofficial; the constants are those of the published implementations
(Krasovsky axis), checked against their test points (docs/reference/standards.md#coordinates). Angles in degrees.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

_AXIS = 6378245.0  # metres, Krasovsky 1940
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_X_PI = np.pi * 3000 / 180

_CLOSE_ENOUGH = 1e-12  # degrees; the 1e-10 of the standards leaves 1e-7 m at some points of BD-09, this below 1e-8 m
_MOST_ROUNDS = 10  # the usual need is five

Degrees = npt.NDArray[np.float64]
Points = tuple[Degrees, Degrees]  # lon, lat of the same shape


class Crs(StrEnum):
    """The coordinate systems a device or a file may use."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lon: float, lat: float, crs: Crs) -> tuple[float, float]:
    """Return a point of any of the three systems in WGS-84; the inverse errs by less than a millimetre."""
    x, y = arrays_to_wgs84(np.array([lon], dtype=float), np.array([lat], dtype=float), crs)
    return float(x[0]), float(y[0])


def arrays_to_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> Points:
    """Return many points of one of the three systems in WGS-84, in arrays of the same shape."""
    if crs is Crs.GCJ02:
        return _invert(wgs84_to_gcj02, lon, lat)
    if crs is Crs.BD09:
        return _invert(wgs84_to_bd09, lon, lat)
    return lon, lat


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> Points:
    """Shift WGS-84 points as Amap and Tencent maps do. Identity outside China and for what is no number."""
    in_china = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    # Elsewhere the formula would meet infinities; Beijing stands in, and its result is not used.
    east, north = _offset(np.where(in_china, lon, 116.4), np.where(in_china, lat, 39.9))
    return np.where(in_china, lon + east, lon), np.where(in_china, lat + north, lat)


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> Points:
    """Shift WGS-84 points as Baidu maps do."""
    x, y = wgs84_to_gcj02(lon, lat)
    z = np.hypot(x, y) + 2e-5 * np.sin(y * _X_PI)
    theta = np.arctan2(y, x) + 3e-6 * np.cos(x * _X_PI)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def _offset(lon: Degrees, lat: Degrees) -> Points:
    """Return by how many degrees GCJ-02 lies east and north of the truth."""
    x, y = lon - 105, lat - 35
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    y_waves = _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))
    x_waves = _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + 2 / 3 * (ripple + y_waves)  # metres
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + 2 / 3 * (ripple + x_waves)  # metres
    phi = np.radians(lat)
    m = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    metres_per_radian_north = _AXIS * (1 - _ECCENTRICITY_SQUARED) / (m * np.sqrt(m))
    metres_per_radian_east = _AXIS / np.sqrt(m) * np.cos(phi)
    return np.degrees(east / metres_per_radian_east), np.degrees(north / metres_per_radian_north)


def _waves(angle: Degrees, *waves: tuple[int, int]) -> Degrees:
    """Return the sum of sines, each given as (amplitude in metres, half wavelength in degrees)."""
    total = np.zeros_like(angle)
    for amplitude, half_length in waves:
        total += amplitude * np.sin(np.pi * angle / half_length)
    return total


def _invert(forward: Callable[[Degrees, Degrees], Points], lon: Degrees, lat: Degrees) -> Points:
    """Fixed point of w <- w - (f(w) - target). What is infinite or no number comes back as no number."""
    x, y = (np.where(np.isfinite(degrees), degrees, np.nan) for degrees in (lon, lat))
    for _ in range(_MOST_ROUNDS):
        shifted_x, shifted_y = forward(x, y)
        excess_x, excess_y = shifted_x - lon, shifted_y - lat
        x, y = x - excess_x, y - excess_y
        # "Not far" rather than "close": one point that is no number must not cost all others ten rounds.
        if not (np.any(np.abs(excess_x) > _CLOSE_ENOUGH) or np.any(np.abs(excess_y) > _CLOSE_ENOUGH)):
            break
    return x, y
