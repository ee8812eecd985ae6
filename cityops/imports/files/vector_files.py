"""Vector files: any format of `formats`, zipped or not, in any encoding."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyogrio
from geopandas import GeoDataFrame
from pyproj.exceptions import CRSError

from cityops.imports.files import encodings, shapefiles
from cityops.imports.files.archives import unpack
from cityops.imports.files.formats import drivers_of, require_format
from cityops.imports.files.tables import Table
from cityops.imports.findings import Findings, ImportRefused, Weight

_DATA_SETS = {".shp", ".gpkg", ".geojson", ".json", ".kml", ".gml", ".tab", ".mif", ".fgb"}


def read_vector(
    path: Path,
    findings: Findings,
    *,
    encoding: str | None = None,
    layer: str | None = None,
    where: str | None = None,
) -> Table:
    """Read a vector file. Raises ImportRefused naming what to do; repairs of geometries become findings.

    `where` is a condition in GDAL's SQL: of a large file only those rows are read.
    """
    if not path.exists():
        raise ImportRefused(f"{path} does not exist. Correct the path.")
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise ImportRefused(f"{path} is a folder. Give one file in it.")
    with _unpacked(path) as source:
        shapefiles.require_parts(source)
        require_format(source)
        with drivers_of(source):
            chosen = _choose_layer(source, path, layer)
            return _read_in_its_encoding(source, path, chosen, encoding, findings, where)


def _read_in_its_encoding(
    source: Path, path: Path, layer: str, encoding: str | None, findings: Findings, where: str | None
) -> Table:
    for candidate in _encodings(source, encoding):
        try:
            table = _read(source, layer, candidate, findings, where)
        except UnicodeDecodeError:
            continue
        if candidate == encodings.CHINESE:  # a guess: what is given or declared has the codec's own name, gb18030
            findings.add(Weight.WARNING, f"read as {candidate}; give --encoding if names look wrong")
        return table
    raise encodings.unreadable(path.name, encoding)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Yield the data set in a zip file, unpacked; any other file as it is."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        unpack(path, Path(folder))
        found = sorted(file for file in Path(folder).rglob("*") if file.suffix.lower() in _DATA_SETS)
        if len(found) != 1:
            names = ", ".join(file.name for file in found) or "none"
            raise ImportRefused(f"{path.name} must hold one data set and holds {names}. Unpack it and give one file.")
        yield found[0]


def _choose_layer(source: Path, path: Path, layer: str | None) -> str:
    try:
        with _gdal_warnings():
            everything = pyogrio.list_layers(source).tolist()
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    names = [str(name) for name, kind in everything if kind is not None]
    if layer is None and len(names) == 1:
        return names[0]
    if layer in [name for name, _ in everything]:
        return str(layer)
    if not names:
        tables = ", ".join(str(name) for name, _ in everything) or "nothing"
        raise ImportRefused(f"{path.name} has no layer with geometries, only {tables}. Give the file with the shapes.")
    said = f"has no layer {layer}. It" if layer else "has several layers. It"
    raise ImportRefused(
        f"{path.name} {said} has: {', '.join(names)}. Name one with --layer, such as --layer {names[0]}."
    )


def _encodings(source: Path, given: str | None) -> list[str | None]:
    """Return the encodings to try. GDAL knows that of every format but the shapefile, whose .cpg may be missing."""
    if given is not None:
        return [encodings.known(given)]
    if source.suffix.lower() != ".shp":
        return [None, encodings.CHINESE]
    return list(dict.fromkeys([*_declared(source), "UTF-8", encodings.CHINESE]))


def _declared(source: Path) -> list[str]:
    beside = shapefiles.part(source, ".cpg")
    return [] if beside is None else encodings.declared(beside.read_text(encoding="ascii", errors="replace").strip())


def _read(source: Path, layer: str, encoding: str | None, findings: Findings, where: str | None) -> Table:
    options = {"layer": layer, "encoding": encoding, "where": where}
    try:
        with _gdal_warnings() as said:
            frame = geopandas.read_file(source, on_invalid="ignore", **options)
            closed = _closed_rings(source, frame, options)
    except (RuntimeError, CRSError) as error:
        raise _unreadable(source, error) from error
    for text in sorted({str(warning.message) for warning in said}):
        findings.add(Weight.WARNING, f"GDAL says: {text}")
    for position in closed:
        findings.add(Weight.REPAIR, "a ring was not closed; it is now", row=position + 1, column="geometry")
    if not isinstance(frame, GeoDataFrame):
        return Table(_columns(frame))
    crs = None if frame.crs is None else frame.crs.to_string()
    return Table(_columns(frame.drop(columns=frame.geometry.name)), frame.geometry.to_numpy(), crs)


def _closed_rings(source: Path, frame: pd.DataFrame, options: dict[str, str | None]) -> list[int]:
    """Close the rings that are not, in the frame; return the positions of their rows.

    GEOS refuses such a ring and does not say which one it is. Only a file that lacks a geometry is read again.
    """
    if not isinstance(frame, GeoDataFrame) or not frame.geometry.isna().any():
        return []
    whole = geopandas.read_file(source, on_invalid="fix", columns=[], **options)
    closed = (frame.geometry.isna() & ~whole.geometry.isna()).to_numpy()
    frame.loc[closed, frame.geometry.name] = whole.geometry[closed]
    return [int(position) for position in closed.nonzero()[0]]


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns as lists of plain values; None where a cell is empty."""
    plain = frame.astype(object)
    return {str(name): plain[name].where(frame[name].notna(), None).tolist() for name in frame.columns}


@contextmanager
def _gdal_warnings() -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield said


def _unreadable(path: Path, error: Exception) -> ImportRefused:
    reason = str(error).split(";", 1)[0].rstrip(".")  # after it GDAL gives advice on its own options
    return ImportRefused(
        f"{path.name} cannot be read: {reason}. "
        "Give a whole vector file, such as GeoJSON, GeoPackage or a shapefile with all its parts."
    )
