"""Geometry that is given in a filter as WKT: points, and areas as rings. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from portal.sensorthings.errors import bad

MOST_CORNERS = 2_000
Ring = Sequence[tuple[float, float]]


def read_shape(text: str) -> Point | Polygon | MultiPolygon:
    """Return a point or an area, WGS-84. Raises SensorThingsError for what cannot be read or is neither."""
    wkt = text.partition(";")[2] if text.upper().startswith("SRID=") else text
    try:
        with np.errstate(over="ignore"):  # 1e400 is infinite, and refused below
            shape: BaseGeometry = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException as error:
        raise bad(f"{text[:60]} is no geometry. Write it as POINT(121.5 31.2) or POLYGON((…)).") from error
    if not isinstance(shape, Point | Polygon | MultiPolygon) or shape.is_empty:
        raise bad("$filter can compare places with a POINT, a POLYGON or a MULTIPOLYGON.")
    corners = shapely.get_coordinates(shape)
    if len(corners) > MOST_CORNERS or not all(math.isfinite(one) and abs(one) <= 1e6 for one in corners.flat):
        raise bad(f"A geometry in $filter has {MOST_CORNERS} corners at most, each a longitude and a latitude.")
    return shape


def rings_of(area: Polygon | MultiPolygon) -> Iterator[tuple[Ring, Sequence[Ring]]]:
    """Yield the outer ring of each part of an area, and its holes."""
    parts = area.geoms if isinstance(area, MultiPolygon) else [area]
    for part in parts:
        yield _ring(part.exterior.coords), [_ring(hole.coords) for hole in part.interiors]


def write_ring(ring: Ring) -> str:
    """Return a ring as PostgreSQL reads a polygon: a value, which is bound."""
    return f"({','.join(f'({x!r},{y!r})' for x, y in ring)})"


def _ring(corners: Iterable[tuple[float, ...]]) -> Ring:
    return [(float(corner[0]), float(corner[1])) for corner in corners]
