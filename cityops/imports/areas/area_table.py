"""From a table to areas."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
import shapely

from cityops.areas import Area, AreaLevel, ancestors
from cityops.imports.areas import parents, tree
from cityops.imports.files.cells import read_code, read_name, read_text
from cityops.imports.files.tables import Shapes, Table, read_column, refuse_duplicates, require_rows_and_columns
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry import polygons
from cityops.imports.geometry.places import NO_AREA
from cityops.imports.geometry.systems import System


@dataclass(frozen=True, slots=True)
class AreaColumns:
    """Which columns of a file say what."""

    code: str
    name: str
    name_en: str | None = None
    parent: str | None = None

    @property
    def all(self) -> list[str]:
        """The columns that must be there."""
        return [column for column in (self.code, self.name, self.name_en, self.parent) if column is not None]


@dataclass(frozen=True, slots=True)
class Rows:
    """The checked rows of a file, without parents yet: equal lengths, in the order of the file."""

    areas: list[Area]
    shapes: Shapes


def read_rows(table: Table, columns: AreaColumns, system: System, *, level: AreaLevel, findings: Findings) -> Rows:
    """Check every row. Raises ImportRefused with all errors at once; repairs and warnings become findings."""
    require_rows_and_columns(table, columns.all, findings)
    codes = read_column(table, columns.code, read_code, findings)
    _check_codes(table, codes, columns.code, findings)
    names = read_column(table, columns.name, read_name, findings, codes=codes)
    names_en = _optional(table, columns.name_en, codes)
    shapes = table.shapes
    if shapes is None:
        findings.add(Weight.ERROR, "the file has no geometries. Give one with polygons")
    else:
        shapes = polygons.make_polygons(polygons.to_wgs84(shapes, system, codes, findings), codes, findings)
    findings.refuse_errors()
    assert shapes is not None  # noqa: S101  (refused above)
    return Rows([_area(*row, level) for row in zip(codes, names, names_en, shapes, strict=True)], shapes)


def with_parents(
    rows: Rows, table: Table, columns: AreaColumns, *, known: Mapping[str, Area], findings: Findings
) -> list[Area]:
    """Return the areas with their parents: from the column, else by code, else by where they lie.

    Raises ImportRefused for a parent that is not known and for areas that would be their own ancestors.
    """
    codes = [area.code for area in rows.areas]
    if columns.parent is not None:
        found = _from_column(table, columns.parent, codes, known, findings)
    else:
        found = parents.find_parents(codes, rows.shapes, level=rows.areas[0].level, known=known)
    areas = [replace(area, parent=parent) for area, parent in zip(rows.areas, found, strict=True)]
    _check_tree(areas, known, findings)
    if columns.parent is None:  # with the column an empty cell says that there is none
        tree.note_tops(areas, known, findings)
    return areas


def _area(code: str, name: str, name_en: str, shape: shapely.Geometry | None, level: AreaLevel) -> Area:
    geometry = None if shape is None else msgspec.json.decode(shapely.to_geojson(shape))
    return Area(code, name, level, name_en=name_en, geometry=geometry)


def _optional(table: Table, column: str | None, codes: list[str]) -> list[str]:
    return [""] * len(codes) if column is None else [read_text(value) for value in table.columns[column]]


def _check_codes(table: Table, codes: list[str], column: str, findings: Findings) -> None:
    refuse_duplicates(codes, column, "Merge the rows into one area, or correct the code", findings)
    if NO_AREA in codes:
        text = f"{NO_AREA} is kept for sensors outside every area. Give another code"
        findings.add(Weight.ERROR, text, row=codes.index(NO_AREA) + 1, column=column)
    numbers = isinstance(table.columns[column][0], int | float)
    if numbers and len({len(code) for code in codes if code}) > 1:
        text = "the codes are numbers of different lengths; leading zeros may be lost. Make the column text if so"
        findings.add(Weight.WARNING, text, column=column)


def _from_column(
    table: Table, column: str, codes: list[str], known: Mapping[str, Area], findings: Findings
) -> list[str | None]:
    """Return the parent that each row names; an empty cell says that there is none."""
    named = read_column(
        table, column, lambda value: read_code(value) if read_text(value) else "", findings, codes=codes
    )
    everything = {*known, *codes}
    for row, (code, parent) in enumerate(zip(codes, named, strict=True), start=1):
        if parent and parent not in everything:
            text = f"the parent {parent} is neither stored nor in this file. Import it first"
            findings.add(Weight.ERROR, text, row=row, code=code, column=column)
    return [parent or None for parent in named]


def _check_tree(areas: list[Area], known: Mapping[str, Area], findings: Findings) -> None:
    everything = {**known, **{area.code: area for area in areas}}
    for row, area in enumerate(areas, start=1):
        if area.parent is not None and area.code in ancestors(everything, area.code):
            text = "the area would lie below itself. Correct its parent"
            findings.add(Weight.ERROR, text, row=row, code=area.code, column="parent")
    findings.refuse_errors()
