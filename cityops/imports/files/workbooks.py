"""Workbooks: the sheets of an XLSX file, each a table with a header line. Every cell is text."""

from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read

from cityops.imports.files.formats import drivers_of
from cityops.imports.files.tables import Table
from cityops.imports.findings import ImportRefused


def read_workbook(path: Path) -> dict[str, Table]:
    """Return the sheets of a workbook that hold anything, by name. Raises ImportRefused."""
    if not path.is_file():
        raise ImportRefused(f"{path} is no file. Correct the path.")
    with drivers_of(path):
        try:
            return {str(name): _read_sheet(path, str(name)) for name, _ in pyogrio.list_layers(path)}
        except (DataSourceError, DataLayerError) as error:
            raise ImportRefused(f"{path.name} is no workbook. Save it as .xlsx again, or give CSV.") from error


def _read_sheet(path: Path, sheet: str) -> Table:
    # GDAL looks for headers in one sheet otherwise than in the next: here the first row is the header.
    columns = read(path, layer=sheet, read_geometry=False, HEADERS="DISABLE", FIELD_TYPES="STRING")[3]
    names = [str(column[0] or "").strip().lower() for column in columns]
    named = [name for name in names if name]
    if len(set(named)) < len(named):
        raise ImportRefused(f"A column of sheet {sheet} stands twice: {', '.join(named)}. Rename one.")
    return Table({name: list(column[1:]) for name, column in zip(names, columns, strict=True) if name})
