"""Where sensors stand: columns of numbers or points of a vector file, in any system, to WGS-84."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from cityops.devices.outliers import NO_FIX, at_null_island, belong_together
from cityops.geography.coordinates import Crs, Points
from cityops.imports.files.cells import read_number, read_text
from cityops.imports.files.tables import Shapes, Table, read_cells, read_column
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.systems import System

_TURN = "Longitude and latitude stand in the wrong order, it seems: turn them round with --swap-axes"


def read_places(table: Table, sensor_ids: list[str], system: System, findings: Findings) -> Points:
    """Return lon and lat of each row in WGS-84 degrees; NaN, and an error, where a row does not say them.

    A column `crs` with gcj02, bd09 or wgs84 overrides the offset of the file row by row.
    """
    shapes = table.shapes
    if shapes is None:
        given, columns = _from_columns(table, sensor_ids, findings), ("lon", "lat")
    else:
        given, columns = _from_points(shapes, sensor_ids, findings), ("geometry", "geometry")
    places = _to_wgs84(given, _read_offsets(table, sensor_ids, system.offset, findings), system)
    _check_range(places, given, sensor_ids, columns, findings)
    return places


def _read_offsets(table: Table, sensor_ids: list[str], default: Crs, findings: Findings) -> list[str]:
    if "crs" not in table.columns:
        return [default] * len(table)
    return read_column(table, "crs", lambda value: _read_offset(value, default), findings, codes=sensor_ids)


def _read_offset(value: object, default: Crs) -> str:
    offset = read_text(value).lower() or default
    if offset not in set(Crs):
        raise ValueError(f"{offset[:40]!r} is unknown. Use one of: {', '.join(Crs)}")
    return offset


def _from_columns(table: Table, sensor_ids: list[str], findings: Findings) -> Points:
    lon, lat = (
        np.array(read_cells(table, column, read_number, findings, codes=sensor_ids, blank=math.nan))
        for column in ("lon", "lat")
    )
    return lon, lat


def _from_points(shapes: Shapes, sensor_ids: list[str], findings: Findings) -> Points:
    single = shapely.get_geometry(shapes, 0)  # a point itself; the first of a multipoint
    single[shapely.get_num_geometries(shapes) != 1] = None
    is_point = (shapely.get_type_id(single) == shapely.GeometryType.POINT) & ~shapely.is_empty(single)
    for position in np.flatnonzero(~is_point).tolist():
        found = "nothing" if shapes[position] is None else f"a {shapes[position].geom_type}"
        text = f"{found} where a point is wanted. Give one point"
        findings.add(Weight.ERROR, text, row=position + 1, code=sensor_ids[position], column="geometry")
    return shapely.get_x(single), shapely.get_y(single)


def _to_wgs84(places: Points, offsets: list[str], system: System) -> Points:
    """Undo the projection of the file and the offset of each row."""
    lon, lat = np.full_like(places[0], np.nan), np.full_like(places[1], np.nan)
    for offset in Crs:
        rows = np.array(offsets) == offset
        lon[rows], lat[rows] = replace(system, offset=offset).to_wgs84(places[0][rows], places[1][rows])
    return lon, lat


def _check_range(
    places: Points, given: Points, sensor_ids: list[str], columns: Sequence[str], findings: Findings
) -> None:
    """Report each row whose place was given but is not on earth, or is none."""
    turned = (np.abs(given[1]) > 90) & (np.abs(given[1]) <= 180) & (np.abs(given[0]) <= 90)
    for degrees, numbers, limit, column in zip(places, given, (180, 90), columns, strict=True):
        for position in np.flatnonzero(~(np.abs(degrees) <= limit) & ~np.isnan(numbers)).tolist():
            advice = _TURN if turned[position] else "Correct it, or give the right --crs"
            text = f"{numbers[position]:.10g} is outside -{limit} to {limit} degrees. {advice}"
            findings.add(Weight.ERROR, text, row=position + 1, code=sensor_ids[position], column=column)
    for position in np.flatnonzero(at_null_island(*places)).tolist():
        text = f"{NO_FIX}. Give the place, or remove the row"
        findings.add(Weight.ERROR, text, row=position + 1, code=sensor_ids[position], column=columns[0])


def note_far(places: Points, sensor_ids: list[str], findings: Findings) -> None:
    """Warn of sensors that are far from all others of the file."""
    for position in np.flatnonzero(~belong_together(*places)).tolist():
        text = "it stands more than 300 km from the middle of the others. Look whether its place is right"
        where = f"{places[0][position]:.4f}, {places[1][position]:.4f}"
        findings.add(Weight.WARNING, text, row=position + 1, code=sensor_ids[position], column="geometry", detail=where)
