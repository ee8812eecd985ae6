"""Areas as polygons of a message: few points, and never less than the area itself.

An outline is thinned, its holes are filled (CAP cannot say holes), and it is grown until it covers the area after its
corners were rounded to what is written. So the warned area is larger than the area, never smaller; one in several
parts has several polygons. And the way back: polygons and circles of others as shapes. WGS-84 degrees throughout.
"""

from collections.abc import Iterator

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from cap.messages.message import Circle, Pair, WarnedArea
from cityops.geography.distances import circle as circle_around

TOLERANCE = 0.002  # degrees, some 200 m: the first try
DECIMALS = 4  # as it is written: some 10 m
GROWTH = 1.01  # of the tolerance: what thinning may have cut off
THINNING = 0.3  # of the tolerance, once it has grown
MOST_POINTS = 100  # of one polygon: phones and broadcasters show no more
MOST_POLYGONS = 12
MOST_DRAWN = 400  # corners on a map
OUTER = 1.0006  # the corners of a polygon of 96 sides lie so much farther out than its sides
QUAD_SEGS = 2  # of a quarter of a circle: more corners would only be thinned again
COARSER = 1.6  # the next try
TRIES = 24


def outline(shape: BaseGeometry, *, most_points: int = MOST_POINTS) -> list[tuple[Pair, ...]]:
    """Return closed rings of (latitude, longitude) that together cover a shape; none of an empty one."""
    parts = _parts_of(shape)
    tolerance = TOLERANCE
    while len(parts) > MOST_POLYGONS:  # islands: what is near is one
        parts = _parts_of(shapely.union_all(parts).buffer(tolerance))
        tolerance *= 2
    return [_ring(_cover(part, most_points)) for part in parts]


def covers(rings: list[tuple[Pair, ...]], shape: BaseGeometry) -> bool:
    """Whether polygons as they are written cover a shape."""
    return bool(shape_of(rings).covers(shape))


def shape_of(rings: list[tuple[Pair, ...]]) -> BaseGeometry:
    """Return the shape that rings of (latitude, longitude) outline."""
    polygons = [Polygon([(longitude, latitude) for latitude, longitude in ring]) for ring in rings]
    return shapely.union_all([polygon if polygon.is_valid else polygon.buffer(0) for polygon in polygons])


def map_outline(shape: BaseGeometry) -> str | None:
    """Return a shape as maps draw it (GeoJSON): as it is, or its outline where it has many corners; None of nothing."""
    if shape.is_empty:
        return None
    is_small = shapely.get_num_coordinates(shape) <= MOST_DRAWN
    return str(shapely.to_geojson(shape if is_small else shape_of(outline(shape))))


def area_shape(area: WarnedArea) -> BaseGeometry:
    """Return the shape of an area of a message: its polygons and its circles; empty where it has neither."""
    rings = [*area.polygons, *map(circle_ring, area.circles)]
    return shape_of(rings)


def circle_ring(circle: Circle) -> tuple[Pair, ...]:
    """Return a circle as a closed ring of (latitude, longitude) that touches it from outside."""
    latitude, longitude = circle.middle
    polygon = circle_around(longitude, latitude, circle.radius * OUTER)
    return tuple((float(y), float(x)) for x, y in polygon.exterior.coords)


def _parts_of(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons of a shape, each without its holes, the largest first; none inside another."""
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    filled = shapely.union_all([Polygon(part.exterior) for part in _polygons(valid)])
    return sorted(_polygons(filled), key=lambda part: -part.area)


def _polygons(shape: BaseGeometry) -> Iterator[Polygon]:
    if isinstance(shape, Polygon):
        if not shape.is_empty:
            yield shape
    elif isinstance(shape, MultiPolygon) or hasattr(shape, "geoms"):
        for part in shape.geoms:
            yield from _polygons(part)


def _cover(part: Polygon, most_points: int) -> Polygon:
    """Return a polygon of few points that covers a part after rounding; coarser and larger until both hold."""
    tolerance, slack = TOLERANCE, 10.0**-DECIMALS
    for _ in range(TRIES):
        thin = part.simplify(tolerance)
        grown = _filled(thin.buffer(GROWTH * tolerance + slack, quad_segs=QUAD_SEGS))
        tried = _rounded(_filled(grown.simplify(THINNING * tolerance)))
        if tried.is_valid and tried.covers(part):
            if len(tried.exterior.coords) <= most_points:
                return tried
            tolerance *= COARSER
        else:
            slack += tolerance / 2
            tolerance *= 1.1
    return _rounded(shapely.box(*part.buffer(4 * slack, quad_segs=QUAD_SEGS).bounds))


def _filled(shape: BaseGeometry) -> Polygon:
    """Return the largest part of a shape without its holes."""
    return Polygon(max(_polygons(shape), key=lambda part: part.area).exterior)


def _rounded(polygon: Polygon) -> Polygon:
    ring = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in polygon.exterior.coords]
    return Polygon(ring)


def _ring(polygon: Polygon) -> tuple[Pair, ...]:
    return tuple((y, x) for x, y in polygon.exterior.coords)
