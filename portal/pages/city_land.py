"""The districts of the city and what lies in them, and the part of them that a picture shows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cityops.areas import Area, AreaLevel
from cityops.map_features import Layer, MapFeature

WIDTH, HEIGHT = 320, 280  # pixels of the map on which a place is chosen
_LARGER = 4.0
_MARGIN = 0.03
LAYERS = {Layer.GREEN: "green", Layer.WATER: "water", Layer.ROAD: "road"}


@dataclass(frozen=True, slots=True)
class MapView:
    """What of the world is seen: the middle, degrees, and how many pixels a degree of latitude is."""

    lon: float
    lat: float
    scale: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        half_lon, half_lat = self.width / 2 / self._scale_lon, self.height / 2 / self.scale
        return self.lon - half_lon, self.lat - half_lat, self.lon + half_lon, self.lat + half_lat

    @property
    def _scale_lon(self) -> float:
        return self.scale * cos(radians(self.lat))

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is drawn."""
        return self.width / 2 + (lon - self.lon) * self._scale_lon, self.height / 2 - (lat - self.lat) * self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a pixel, WGS-84."""
        return self.lon + (x - self.width / 2) / self._scale_lon, self.lat - (y - self.height / 2) / self.scale


@dataclass(frozen=True)
class Land:
    """The districts and what lies in them, with their shapes."""

    areas: Sequence[Area]
    features: Sequence[MapFeature]

    @cached_property
    def districts(self) -> Mapping[str, Area]:
        """The districts by code."""
        return {area.code: area for area in self.areas if area.level is AreaLevel.DISTRICT}

    @cached_property
    def shapes(self) -> Mapping[str, BaseGeometry]:
        """The outlines of districts by code."""
        return {code: shape(area.geometry) for code, area in self.districts.items() if area.geometry is not None}

    @cached_property
    def drawn(self) -> Sequence[tuple[MapFeature, BaseGeometry]]:
        """The features with their shapes, those below first."""
        order = list(LAYERS)
        shown = sorted((one for one in self.features if one.layer in LAYERS), key=lambda one: order.index(one.layer))
        return [(one, shape(one.geometry)) for one in shown]

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of all districts; None without outlines."""
        if not self.shapes:
            return None
        west, south, east, north = shapely.total_bounds(list(self.shapes.values()))
        return float(west), float(south), float(east), float(north)

    def district_at(self, lon: float, lat: float) -> Area | None:
        """Return the district in which a place lies."""
        point = shapely.Point(lon, lat)
        return next((self.districts[code] for code, outline in self.shapes.items() if outline.covers(point)), None)


def look_at(land: Land, at: tuple[float, float] | None = None, zoom: int = 0, *, width: int = WIDTH) -> MapView | None:
    """Return the view of the city, or larger of the surroundings of a place; None without outlines."""
    extent = land.extent
    if extent is None:
        return None
    west, south, east, north = extent
    lon, lat = (west + east) / 2, (south + north) / 2
    height = round(width * HEIGHT / WIDTH)
    fits = min(width / ((east - west) * cos(radians(lat)) or 1), height / ((north - south) or 1)) / (1 + 2 * _MARGIN)
    if at is not None and zoom:
        lon, lat = at
    return MapView(lon, lat, fits * _LARGER**zoom, width, height)
