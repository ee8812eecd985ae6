"""In which area of the city a place lies. Pure."""

from collections.abc import Iterable

import msgspec
import shapely

from cityops.areas import Area


class AreaFinder:
    """The outlines of the areas, in an index."""

    def __init__(self, areas: Iterable[Area]) -> None:
        outlined = [area for area in areas if area.geometry is not None]
        self._codes = [area.code for area in outlined]
        self._shapes = shapely.from_geojson([msgspec.json.encode(area.geometry).decode() for area in outlined])
        self._sizes = shapely.area(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    @property
    def is_blind(self) -> bool:
        """Whether no area has an outline: then nothing can be said of any place."""
        return not self._codes

    def find(self, longitude: float, latitude: float) -> str | None:
        """Return the code of the smallest area with this place (WGS-84, degrees), its edge included; None outside."""
        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return self._codes[min(found, key=lambda place: (self._sizes[place], place))] if len(found) else None
