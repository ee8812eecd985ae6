"""The formats that are read, each by the drivers that it names and by no other.

GDAL asks every driver it has whether a file is its own, whatever the file's name. Some read nothing but a list of other
files and addresses (VRT), or run commands (GDALG): a map from outside must not make this machine open those.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyogrio
from pyogrio._ogr import _register_drivers

from cityops.imports.findings import ImportRefused

_JSON = ("GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON")
DRIVERS: dict[str, tuple[str, ...]] = {
    ".shp": ("ESRI Shapefile",),
    ".gpkg": ("GPKG",),
    ".geojson": _JSON,
    ".json": _JSON,
    ".kml": ("LIBKML", "KML"),
    ".gml": ("GML",),
    ".tab": ("MapInfo File",),
    ".mif": ("MapInfo File",),
    ".fgb": ("FlatGeobuf",),
    ".gdb": ("OpenFileGDB",),
    ".osm": ("OSM",),
    ".pbf": ("OSM",),
}
BOOKS: dict[str, tuple[str, ...]] = {".xlsx": ("XLSX",)}  # tables without shapes: `workbooks` reads them
# What the drivers that are left would do beyond reading the file: fetch the schema that a GML names.
_OFFLINE = {"GML_DOWNLOAD_SCHEMA": "NO", "GDAL_HTTP_TIMEOUT": "1", "GDAL_HTTP_PROXY": "127.0.0.1:9"}
_TAB_OF_TABS = (b"create view", b"isseamless")  # a MapInfo table that is made of other files
_lock = threading.Lock()


def require_format(path: Path) -> None:
    """Raise ImportRefused for a file that is of none of the formats, or is a list of other files."""
    suffix = path.suffix.lower()
    if suffix not in DRIVERS:
        raise ImportRefused(
            f"{path.name} is of no format that is read here. Give one of {', '.join(DRIVERS)}, or a .zip with one."
        )
    if suffix == ".tab" and any(word in path.read_bytes()[:65536].lower() for word in _TAB_OF_TABS):
        raise ImportRefused(f"{path.name} is made of other tables. Give those, one by one.")


@contextmanager
def drivers_of(path: Path) -> Iterator[None]:
    """Leave GDAL only the drivers of a file's format while the block runs. They are the whole process's."""
    allowed = (DRIVERS | BOOKS)[path.suffix.lower()]
    with _lock:
        others = [name for name in pyogrio.list_drivers() if name not in allowed]
        before = {name: pyogrio.get_gdal_config_option(name) for name in _OFFLINE}
        pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(others), **_OFFLINE})
        _register_drivers()
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"GDAL_SKIP": None, **before})
            _register_drivers()
