"""The coordinate system of a file, and the way from it to WGS-84 degrees."""

from dataclasses import dataclass

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from cityops.coordinates import Crs, Degrees, Points, arrays_to_wgs84
from cityops.imports.findings import ImportRefused

_WGS84 = pyproj.CRS.from_epsg(4326)
_CHUNK = 100_000  # vertices: more at once is slower, because the steps no longer fit the processor's cache


@dataclass(frozen=True, slots=True)
class System:
    """A projection, and the offset of the degrees that were projected. Most files have only one of the two."""

    projection: pyproj.CRS
    offset: Crs

    def to_wgs84(self, x: Degrees, y: Degrees) -> Points:
        """Return points in WGS-84 degrees, lon and lat; what cannot be converted is no number or infinite."""
        lon, lat = np.empty_like(x), np.empty_like(y)
        transformer = pyproj.Transformer.from_crs(self.projection, _WGS84, always_xy=True)
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            east, north = x[part], y[part]
            if self.projection != _WGS84:
                east, north = transformer.transform(east, north)
            lon[part], lat[part] = arrays_to_wgs84(east, north, self.offset)
        return lon, lat


def find_system(given: str | None, *, in_file: str | None) -> System:
    """Return the system of a file from --crs or from what the file says; --crs wins. Raises ImportRefused.

    `gcj02` and `bd09` are offsets: files with them say WGS-84, or the projection of a map's tiles. So the
    file's own system is undone first, then the offset.
    """
    if given is None and in_file is None:
        raise ImportRefused("The file does not say its coordinate system. Give --crs, such as EPSG:4490 or gcj02.")
    wanted = (given or in_file or "").strip()
    if wanted.lower() in set(Crs):
        return System(_projection(in_file or "EPSG:4326"), Crs(wanted.lower()))
    return System(_projection(f"EPSG:{wanted}" if wanted.isdigit() else wanted), Crs.WGS84)


def _projection(text: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError as error:
        raise ImportRefused(
            f"{text[:80]} is no coordinate system. Give --crs an EPSG code such as EPSG:4490, or gcj02, bd09, wgs84."
        ) from error
