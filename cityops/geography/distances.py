"""Distances on the ground: how far places are apart, what lies around one, and a plane to work on. The one home. Pure.

Places are longitude and latitude in degrees, WGS-84; lengths are kilometres. Within a city the ellipsoid is as good as
flat: lengths up to 100 km are exact to a ten thousandth (the tests hold them against geodesics), at a hundredth of
the price of a geodesic, which matters where each alert of a storm is held against each.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

EARTH = pyproj.Geod(ellps="GRS80")  # of CGCS2000; that of WGS-84 differs by a tenth of a millimetre
_CORNERS = 96  # of a circle

Floats = npt.NDArray[np.float64]
Shape = TypeVar("Shape", bound=BaseGeometry)


def km_a_degree(lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return how long a degree of longitude and one of latitude are at a latitude."""
    north = np.radians(np.asarray(lat, dtype=float))
    flattened = 1 - EARTH.es * np.sin(north) ** 2
    across = EARTH.a / np.sqrt(flattened)  # the radius of curvature from west to east, m
    along = across * (1 - EARTH.es) / flattened
    return np.radians(across * np.cos(north) / 1000), np.radians(along / 1000)


def distance_km(lon: npt.ArrayLike, lat: npt.ArrayLike, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Floats:
    """Return how far places are apart, along the ground; arrays meet as NumPy lets them."""
    x, y, x2, y2 = (np.asarray(values, dtype=float) for values in (lon, lat, lons, lats))
    east, north = km_a_degree((y + y2) / 2)
    return np.asarray(np.hypot((x2 - x) * east, (y2 - y) * north))


def circle(lon: float, lat: float, km: float) -> shapely.Polygon:
    """Return the circle of this radius around a place."""
    directions = np.linspace(0, 360, _CORNERS, endpoint=False)
    starts = np.full(_CORNERS, lon), np.full(_CORNERS, lat)
    lons, lats, _ = EARTH.fwd(*starts, directions, np.full(_CORNERS, km * 1000))
    return shapely.Polygon(np.column_stack([lons, lats]))


def box_around(lon: float, lat: float, km: float) -> tuple[float, float, float, float]:
    """Return west, south, east and north of what lies within so many km of a place, and some more at the corners."""
    east, north = km_a_degree(lat)
    wide, high = km / float(east), km / float(north)
    return lon - wide, lat - high, lon + wide, lat + high


def length_km(line: shapely.LineString) -> float:
    """Return how long a line is, however long."""
    return float(EARTH.geometry_length(line)) / 1000


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """The ground around a latitude as a plane in km, x to the east: where geometries are cut and compared."""

    lat: float

    @classmethod
    def around(cls, lats: npt.ArrayLike) -> "LocalPlane":
        """Return the plane for places of these latitudes, of which there is at least one."""
        return cls(float(np.asarray(lats, dtype=float).mean()))

    def points(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """Return places as points of the plane."""
        degrees = np.column_stack([np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)])
        return np.asarray(shapely.points(degrees * km_a_degree(self.lat)))

    def flatten(self, degrees: Shape) -> Shape:
        """Return a geometry on the plane."""
        return shapely.transform(degrees, lambda points: points * km_a_degree(self.lat))

    def unflatten(self, flat: Shape) -> Shape:
        """Return a geometry of the plane in degrees."""
        return shapely.transform(flat, lambda points: points / km_a_degree(self.lat))
