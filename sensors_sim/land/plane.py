"""The city's own plane: kilometres east (x) and north (y) of the centre, and the way to WGS-84.

An equirectangular projection: over 50 km it errs by less than 0.1 %, which no simulated device notices.
"""

import math
from typing import Any

import numpy as np
import shapely
import shapely.geometry
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from cityops.areas import Area

CENTRE = (119.62, 30.94)  # lon, lat: farmland on a real map, a city only here
KM_PER_DEGREE_NORTH = 110.86  # WGS-84 at latitude 31
KM_PER_DEGREE_EAST = 111.32 * math.cos(math.radians(CENTRE[1]))
DECIMALS = 6  # of a degree: 0.1 m


def to_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry of the plane in WGS-84 degrees, rounded; shared vertices stay shared."""
    return shapely.transform(geometry, _degrees)


def point_to_degrees(x: float, y: float) -> tuple[float, float]:
    """Return lon, lat of one point of the plane, rounded."""
    lon, lat = points_to_degrees(np.array([[x, y]]))[0]
    return float(lon), float(lat)


def points_to_degrees(points: np.ndarray) -> np.ndarray:
    """Return (n, 2) points of the plane in degrees, rounded."""
    return _degrees(points.reshape(-1, 2))


def to_km(points: np.ndarray) -> np.ndarray:
    """Return (n, 2) points in degrees as points of the plane; for `shapely.transform`."""
    return np.asarray((points - CENTRE) * (KM_PER_DEGREE_EAST, KM_PER_DEGREE_NORTH))


def area_shape(area: Area) -> BaseGeometry:
    """Return the polygon of an area of the generated city, in degrees: each has one."""
    return shapely.geometry.shape(area.geometry or {})


def to_geojson(degrees: BaseGeometry) -> dict[str, Any]:
    """Return a geometry in degrees as GeoJSON with lists, as JSON has them."""
    shape = mapping(degrees)
    return {"type": shape["type"], "coordinates": _lists(shape["coordinates"])}


def _degrees(points: np.ndarray) -> np.ndarray:
    scaled = points / (KM_PER_DEGREE_EAST, KM_PER_DEGREE_NORTH) + CENTRE
    return np.round(scaled, DECIMALS)


def _lists(coordinates: Any) -> Any:
    return [_lists(part) for part in coordinates] if isinstance(coordinates, tuple) else coordinates
