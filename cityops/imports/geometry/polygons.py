"""Geometries of areas: polygons in WGS-84, valid, as RFC 7946 wants them."""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from cityops.geography.coordinates import Degrees
from cityops.geography.distances import EARTH
from cityops.imports.files.tables import Shapes
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.systems import System

_POLYGONAL = {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}
_SAME = 1e-6  # a share of the area: less is the rounding of the repair


def to_wgs84(shapes: Shapes, system: System, codes: list[str], findings: Findings) -> Shapes:
    """Return the shapes, flat, with every vertex in WGS-84. A vertex that is no place on earth is an error."""
    flat = shapely.force_2d(shapes)
    vertices, owners = shapely.get_coordinates(flat, return_index=True)
    lon, lat = system.to_wgs84(vertices[:, 0], vertices[:, 1])
    wrong = _off_earth(lon, lat)
    misfit = ~wrong & system.misfits(lon, lat)
    turned = _fits_turned(vertices, system) if np.any(wrong | misfit) else np.zeros(len(vertices), dtype=bool)
    for position in np.unique(owners[(wrong | misfit) & turned]):
        text = "the coordinates have latitude or northing first, it seems. Turn them round with --swap-axes"
        _add(findings, Weight.ERROR, text, int(position), codes)
    for position in np.unique(owners[wrong & ~turned]):
        text = "the coordinates are no degrees of longitude and latitude. Give the right --crs"
        _add(findings, Weight.ERROR, text, int(position), codes)
    for position in np.unique(owners[misfit & ~turned]):
        text = f"it lies outside of what {system.projection.name} is made for. Look whether --crs is right"
        _add(findings, Weight.WARNING, text, int(position), codes)
    return shapely.set_coordinates(flat, np.column_stack([lon, lat]))


def _off_earth(lon: Degrees, lat: Degrees) -> npt.NDArray[np.bool_]:
    return np.asarray(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))  # said this way, a NaN is outside too


def _fits_turned(vertices: npt.NDArray[np.float64], system: System) -> npt.NDArray[np.bool_]:
    """Return which vertices would be places that the projection is made for if their axes were turned round."""
    lon, lat = system.turned().to_wgs84(vertices[:, 0], vertices[:, 1])
    return np.asarray(~_off_earth(lon, lat) & ~system.misfits(lon, lat))


def make_polygons(shapes: Shapes, codes: list[str], findings: Findings) -> Shapes:
    """Return valid polygons and multipolygons. Repairs are reported; points, lines and nothing are errors.

    Nothing is an error although the tree of areas could do without: GDAL reads a shapefile that was cut short
    as rows without geometries, and they would replace good ones.
    """
    polygons = shapes.copy()
    for position in np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes)):
        polygons[position] = None
        _add(findings, Weight.ERROR, "there is no geometry. Draw a polygon, or remove the row", int(position), codes)
    polygonal = np.isin(shapely.get_type_id(polygons), [int(kind) for kind in _POLYGONAL])
    for position in np.flatnonzero(~polygonal & ~shapely.is_missing(polygons)):
        polygons[position] = _polygonal_parts(polygons[position], int(position), codes, findings)
    for position in np.flatnonzero(~shapely.is_valid(polygons) & ~shapely.is_missing(polygons)):
        polygons[position] = _repaired(polygons[position], int(position), codes, findings)
    return shapely.orient_polygons(polygons)


def _polygonal_parts(shape: BaseGeometry, position: int, codes: list[str], findings: Findings) -> BaseGeometry | None:
    """Return what of a mixed geometry is polygons; None, and an error, when nothing is.

    A collection is no invalid polygon when its members overlap or cross themselves: what that changes is told here.
    """
    parts = _parts(shape)
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    if not polygons:
        text = f"a {shape.geom_type} is no area. Remove the row, or draw a polygon"
        _add(findings, Weight.ERROR, text, position, codes)
        return None
    if len(polygons) < len(parts):
        dropped = ", ".join(sorted({part.geom_type for part in parts} - {"Polygon"}))
        _add(findings, Weight.REPAIR, f"left out what is no polygon ({dropped})", position, codes)
    made = shapely.union_all(shapely.make_valid(polygons, method="structure", keep_collapsed=False))
    reasons = sorted({_reason(part) for part in polygons if not part.is_valid})
    if shapely.is_empty(made):
        text = f"the polygons have no surface ({', '.join(reasons)}). Draw them again"
        _add(findings, Weight.ERROR, text, position, codes)
        return None
    before, after = sum(square_kilometres(part) for part in polygons), square_kilometres(made)
    if not reasons and after < before * (1 - _SAME):
        reasons = ["parts that overlap"]
    if reasons:
        text = f"repaired inside a collection: {', '.join(reasons)}"
        _add(findings, Weight.REPAIR, text, position, codes, detail=_change(before, after))
    return made


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the single geometries in a geometry, collections in collections taken apart."""
    parts = [shape]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [single for part in parts for single in shapely.get_parts(part)]
    return parts


def _repaired(shape: BaseGeometry, position: int, codes: list[str], findings: Findings) -> BaseGeometry | None:
    """Return an invalid polygon made valid; None, and an error, when nothing with a surface is left."""
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    reason = _reason(shape)
    if shapely.is_empty(valid):
        _add(findings, Weight.ERROR, f"the polygon has no surface ({reason}). Draw it again", position, codes)
        return None
    detail = _change(square_kilometres(shape), square_kilometres(valid))
    _add(findings, Weight.REPAIR, f"repaired: {reason}", position, codes, detail=detail)
    return valid


def square_kilometres(shape: BaseGeometry) -> float:
    """Return the surface of polygons in degrees, as their rings enclose it: a ring that crosses itself in an 8
    encloses the difference of its two halves.
    """
    parts = [part for part in _parts(shape) if isinstance(part, shapely.Polygon)]
    rings = [
        (ring, sign) for part in parts for ring, sign in [(part.exterior, 1), *((hole, -1) for hole in part.interiors)]
    ]
    return sum(sign * abs(EARTH.polygon_area_perimeter(*ring.coords.xy)[0]) for ring, sign in rings) / 1e6


def _change(before: float, after: float) -> str:
    """Return the area that a repair gained or lost, in km², with 4 significant digits."""
    gained = after - before
    if abs(gained) <= _SAME * max(before, after):
        return f"area {after:.4g} km² as before"
    return f"area {before:.4g} → {after:.4g} km² ({gained:+.4g})"


def _reason(shape: BaseGeometry) -> str:
    return str(shapely.is_valid_reason(shape)).split("[")[0]


def _add(findings: Findings, weight: Weight, text: str, position: int, codes: list[str], *, detail: str = "") -> None:
    findings.add(weight, text, row=position + 1, code=codes[position], column="geometry", detail=detail)
