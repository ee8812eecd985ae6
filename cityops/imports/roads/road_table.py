"""From a table to the roads of a city: lines with a class of the traffic index, one road for each name and class."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
import shapely

from cityops.imports.files.cells import LONGEST_NAME, read_text
from cityops.imports.files.tables import Table, require_rows_and_columns
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.polygons import to_wgs84
from cityops.imports.geometry.systems import System
from cityops.map_features import Layer, MapFeature
from cityops.standards.tpi import Road

_LINES = [int(shapely.GeometryType.LINESTRING), int(shapely.GeometryType.MULTILINESTRING)]
_CLOSE = 1e-5  # degrees, about a metre: bends finer than that are no news to map or index


@dataclass(frozen=True, slots=True)
class RoadColumns:
    """Which columns of a file say what. Without a name the pieces of a class are one road."""

    road_class: str
    name: str | None = None
    name_en: str | None = None


def read_roads(
    table: Table, columns: RoadColumns, system: System, *, classes: Mapping[str, Road], findings: Findings
) -> list[MapFeature]:
    """Return the roads with a class that `classes` knows, in WGS-84; what is left out becomes findings.

    Raises ImportRefused when no road is left, or a column is missing.
    """
    wanted = [column for column in (columns.road_class, columns.name, columns.name_en) if column is not None]
    require_rows_and_columns(table, wanted, findings)
    if table.shapes is None:
        findings.add(Weight.ERROR, "the file has no geometries. Give one with lines")
        findings.refuse_errors()
    values = [read_text(value).lower() for value in table.columns[columns.road_class]]
    found = np.array([value in classes for value in values])
    lines = np.isin(shapely.get_type_id(table.shapes), _LINES) & ~shapely.is_empty(table.shapes)
    _tell_left_out(values, found, lines, columns.road_class, findings)
    rows = np.flatnonzero(found & lines)
    if not len(rows):
        known = ", ".join(sorted(classes))
        text = f"no row is a line with a known class. Known are {known}; name others with --class-map value=class"
        findings.add(Weight.ERROR, text, column=columns.road_class)
    findings.refuse_errors()
    assert table.shapes is not None  # noqa: S101  (refused above)
    shapes = to_wgs84(table.shapes[rows], system, [""] * len(rows), findings)
    findings.refuse_errors()
    roads: dict[tuple[Road, str, str], list[shapely.Geometry]] = {}
    for row, shape in zip(rows.tolist(), shapes, strict=True):
        key = (classes[values[row]], _name(table, columns.name, row), _name(table, columns.name_en, row))
        roads.setdefault(key, []).append(shape)
    return [_road(*key, pieces) for key, pieces in roads.items()]


def _tell_left_out(
    values: list[str], found: "np.ndarray", lines: "np.ndarray", column: str, findings: Findings
) -> None:
    unknown = Counter(value or "(empty)" for value, known in zip(values, found.tolist(), strict=True) if not known)
    if unknown:
        named = ", ".join(f"{value} ({count})" for value, count in unknown.most_common(8))
        text = f"{sum(unknown.values())} rows have no class of the index and are left out: {named}"
        findings.add(Weight.WARNING, text, column=column)
    if others := int((found & ~lines).sum()):
        findings.add(Weight.WARNING, f"{others} rows with a class are no lines and are left out", column="geometry")


def _name(table: Table, column: str | None, row: int) -> str:
    return "" if column is None else read_text(table.columns[column][row])[:LONGEST_NAME]


def _road(road: Road, name: str, name_en: str, pieces: list[shapely.Geometry]) -> MapFeature:
    """Return one road of all its pieces, joined where they meet, so that a detector speaks across their ends."""
    parts = shapely.get_parts(np.array(pieces, dtype=object))
    line = shapely.simplify(shapely.line_merge(shapely.multilinestrings(parts)), _CLOSE)
    digest = hashlib.blake2s(f"{road}|{name}|{name_en}".encode(), digest_size=8).hexdigest()
    geometry = msgspec.json.decode(str(shapely.to_geojson(line)))
    return MapFeature(f"road-{digest}", Layer.ROAD, road.value, name or name_en, geometry, name_en)
