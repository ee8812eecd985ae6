"""Map files that leave the city: GeoJSON, GeoPackage and GeoParquet of any layer.

GeoParquet needs pyarrow, which is an extra: docs/decisions/0095-geoparquet-is-an-extra.md.
"""

import tempfile
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from geopandas import GeoDataFrame

from cityops.errors import CityOpsError


class MapFormat(StrEnum):
    """The formats; each value is the ending of the file's name."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """What the file is, for who takes it over HTTP."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    MapFormat.GEOJSON: "application/geo+json",
    MapFormat.GPKG: "application/geopackage+sqlite3",
    MapFormat.PARQUET: "application/vnd.apache.parquet",
}


class MapFileRefused(CityOpsError):
    """The file cannot be written. Give a name that ends in .geojson, .gpkg or .parquet."""


def format_of(path: Path) -> MapFormat:
    """Return the format that a file's name ends in. Raises MapFileRefused."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in set(MapFormat):
        raise MapFileRefused(f"{path.name} has no known ending. Give a name that ends in .geojson, .gpkg or .parquet.")
    return MapFormat(ending)


def require_writer(chosen: MapFormat) -> None:
    """Raise MapFileRefused when what writes this format is not installed."""
    if chosen is MapFormat.PARQUET and find_spec("pyarrow") is None:
        raise MapFileRefused(
            "GeoParquet needs pyarrow, which is not installed. Install the extra: pip install 'cityops[geoparquet]'; "
            "or choose gpkg or geojson."
        )


def write_layer(layer: GeoDataFrame, path: Path, *, name: str) -> None:
    """Write a layer, in place of what the file held before; a failure leaves that as it is.

    `name` is the layer's in formats that hold several. Raises MapFileRefused.
    """
    chosen = format_of(path)
    require_writer(chosen)
    if not path.parent.is_dir():
        raise MapFileRefused(f"The folder {path.parent} does not exist. Make it, or give another path.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            made = Path(folder) / path.name
            _write(layer, made, chosen, name)
            made.replace(path)
    except OSError as error:
        raise MapFileRefused(
            f"{path} cannot be written: {error.strerror or error}. Look at its rights and the space."
        ) from error


def layer_bytes(layer: GeoDataFrame, chosen: MapFormat, *, name: str) -> bytes:
    """Return a layer as the bytes of a file. Raises MapFileRefused."""
    require_writer(chosen)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"{name}.{chosen}"
        _write(layer, made, chosen, name)
        return made.read_bytes()


def _write(layer: GeoDataFrame, path: Path, chosen: MapFormat, name: str) -> None:
    kinds = layer.geom_type.dropna().unique()
    kind = str(kinds[0]) if len(kinds) == 1 else "Unknown"  # which an empty layer cannot tell of itself
    if chosen is MapFormat.PARQUET:
        layer.to_parquet(path, index=False)
    elif chosen is MapFormat.GPKG:
        layer.to_file(path, driver="GPKG", layer=name, index=False, geometry_type=kind)
    else:
        layer.to_file(path, driver="GeoJSON", index=False, geometry_type=kind, RFC7946="YES")
