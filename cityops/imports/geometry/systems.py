"""The coordinate system of a file, and the way from it to WGS-84 degrees."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj.exceptions import CRSError

from cityops.geography.coordinates import Crs, Degrees, Points, arrays_to_wgs84
from cityops.imports.files import shapefiles
from cityops.imports.findings import ImportRefused

_WGS84 = pyproj.CRS.from_epsg(4326)
_BEYOND = 3.0  # degrees: a city may reach over the edge of a zone
_CHUNK = 100_000  # vertices: more at once is slower, because the steps no longer fit the processor's cache


@dataclass(frozen=True, slots=True)
class System:
    """A projection, and the offset of the degrees that were projected. Most files have only one of the two."""

    projection: pyproj.CRS
    offset: Crs
    swapped: bool = False  # the file gives latitude or northing first, against what formats promise

    def turned(self) -> "System":
        """Return the same with the axes the other way round."""
        return replace(self, swapped=not self.swapped)

    def to_wgs84(self, x: Degrees, y: Degrees) -> Points:
        """Return points in WGS-84 degrees, lon and lat; what cannot be converted is no number or infinite."""
        if self.swapped:
            x, y = y, x
        lon, lat = np.empty_like(x), np.empty_like(y)
        transformer = pyproj.Transformer.from_crs(self.projection, _WGS84, always_xy=True)
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            east, north = x[part], y[part]
            if self.projection != _WGS84:
                east, north = transformer.transform(east, north)
            lon[part], lat[part] = arrays_to_wgs84(east, north, self.offset)
        return lon, lat

    def misfits(self, lon: Degrees, lat: Degrees) -> npt.NDArray[np.bool_]:
        """Return which points, in WGS-84 degrees, lie far outside of what the projection is made for."""
        use = self.projection.area_of_use
        if use is None or use.west > use.east:
            return np.zeros(len(lon), dtype=bool)
        east, north = np.abs(lon - (use.west + use.east) / 2), np.abs(lat - (use.south + use.north) / 2)
        return np.asarray(
            (east > (use.east - use.west) / 2 + _BEYOND) | (north > (use.north - use.south) / 2 + _BEYOND)
        )


def find_system(given: str | None, *, in_file: str | None, path: Path | None = None, swapped: bool = False) -> System:
    """Return the system of a file from --crs or from what the file says; --crs wins. Raises ImportRefused.

    `gcj02` and `bd09` are offsets: files with them say WGS-84, or the projection of a map's tiles. So the
    file's own system is undone first, then the offset.
    """
    if given is None and in_file is None:
        advice = shapefiles.system_advice(path) if path is not None else "Give --crs, such as EPSG:4490 or gcj02."
        raise ImportRefused(f"The file does not say its coordinate system. {advice}")
    wanted = (given or in_file or "").strip()
    if wanted.lower() in set(Crs):
        return System(_projection(in_file or "EPSG:4326"), Crs(wanted.lower()), swapped)
    return System(_projection(f"EPSG:{wanted}" if wanted.isdigit() else wanted), Crs.WGS84, swapped)


def _projection(text: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError as error:
        raise ImportRefused(
            f"{text[:80]} is no coordinate system. Give --crs an EPSG code such as EPSG:4490, or gcj02, bd09, wgs84."
        ) from error
