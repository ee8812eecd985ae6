"""The features of the city's map: what is neither area nor sensor, such as a road, a lake or a hospital."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Layer(StrEnum):
    """What a map feature is drawn as, from the bottom up."""

    WATER = "water"
    GREEN = "green"
    ZONE = "zone"  # land use, such as industrial
    ROAD = "road"
    PLACE = "place"  # key places: hospitals, schools, stations, shelters, fire stations


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One thing on the map that is neither area nor sensor. `geometry` is GeoJSON, WGS-84 lon/lat."""

    feature_id: str
    layer: Layer
    kind: str
    name: str
    geometry: dict[str, Any]
    name_en: str = ""
