"""Geometries of areas: polygons in WGS-84, valid, as RFC 7946 wants them."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from cityops.imports.findings import Findings, Weight
from cityops.imports.systems import System
from cityops.imports.tables import Shapes

_POLYGONAL = {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}


def to_wgs84(shapes: Shapes, system: System, codes: list[str], findings: Findings) -> Shapes:
    """Return the shapes, flat, with every vertex in WGS-84. A vertex that is no place on earth is an error."""
    flat = shapely.force_2d(shapes)
    vertices, owners = shapely.get_coordinates(flat, return_index=True)
    lon, lat = system.to_wgs84(vertices[:, 0], vertices[:, 1])
    outside = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))  # said this way, a NaN is outside too
    for position in np.unique(owners[outside]):
        text = "the coordinates are no degrees of longitude and latitude. Give the right --crs"
        _add(findings, Weight.ERROR, text, int(position), codes)
    return shapely.set_coordinates(flat, np.column_stack([lon, lat]))


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
    """Return what of a mixed geometry is polygons; None, and an error, when nothing is."""
    parts = _parts(shape)
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    if not polygons:
        text = f"a {shape.geom_type} is no area. Remove the row, or draw a polygon"
        _add(findings, Weight.ERROR, text, position, codes)
        return None
    if len(polygons) < len(parts):
        dropped = ", ".join(sorted({part.geom_type for part in parts} - {"Polygon"}))
        _add(findings, Weight.REPAIR, f"left out what is no polygon ({dropped})", position, codes)
    return shapely.union_all(shapely.make_valid(polygons, method="structure", keep_collapsed=False))


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the single geometries in a geometry, collections in collections taken apart."""
    parts = [shape]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [single for part in parts for single in shapely.get_parts(part)]
    return parts


def _repaired(shape: BaseGeometry, position: int, codes: list[str], findings: Findings) -> BaseGeometry | None:
    """Return an invalid polygon made valid; None, and an error, when nothing with a surface is left."""
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    reason = shapely.is_valid_reason(shape).split("[")[0]
    if shapely.is_empty(valid):
        _add(findings, Weight.ERROR, f"the polygon has no surface ({reason}). Draw it again", position, codes)
        return None
    _add(findings, Weight.REPAIR, f"repaired: {reason}", position, codes)
    return valid


def _add(findings: Findings, weight: Weight, text: str, position: int, codes: list[str]) -> None:
    findings.add(weight, text, row=position + 1, code=codes[position], column="geometry")
