"""The city's own shapes in a part of it, as paths of a drawing, and the names of its districts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from shapely import transform
from shapely.geometry import box as rectangle
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cases.store.case_list import Box
from cityops.areas import Area, AreaLevel, name_in
from cityops.geography.road_links import class_of
from cityops.map_features import Layer, MapFeature
from cityops.standards.tpi import Road
from dashboard.cases.words import CaseWords
from dashboard.city.registry import Registry

WIDTH, HEIGHT = 2400, 1000  # of the drawing
MOST_NAMES = 30


@dataclass(frozen=True, slots=True)
class MapShape:
    """A path of the drawing, and its class."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class MapName:
    """The name of an area; where, as of a mark."""

    name: str
    left: float
    top: float


def city_shapes(registry: Registry, box: Box, words: CaseWords) -> tuple[list[MapShape], list[MapName]]:
    """Return the city's own shapes in a box, and the names of its districts."""
    return _shapes(registry, box), _names(registry, box, words)


def place_in_box(longitude: float, latitude: float, box: Box) -> tuple[float, float]:
    """Return where a place is, in percent from the left and the top."""
    west, south, east, north = box
    return round(100 * (longitude - west) / (east - west), 2), round(100 * (north - latitude) / (north - south), 2)


def _shapes(registry: Registry, box: Box) -> list[MapShape]:
    """From the bottom up: green, water, roads, borders."""
    layers = {layer: [one for one in registry.features if one.layer is layer] for layer in Layer}
    main = [one for one in layers[Layer.ROAD] if class_of(one.kind) is not Road.MINOR]
    level = AreaLevel.DISTRICT
    borders = [area for area in registry.areas.values() if area.level is level and area.geometry]
    parts: list[tuple[str, Iterable[Area | MapFeature]]] = [
        ("green", layers[Layer.GREEN]),
        ("water", layers[Layer.WATER]),
        ("road", main),
        ("border", borders),
    ]
    return [MapShape(path, kind) for kind, things in parts if (path := _path(things, box))]


def _path(things: Iterable[Area | MapFeature], box: Box) -> str:
    """Return the outlines of all that lies in a part, as one path, no finer than the drawing."""
    west, south, east, north = box
    frame = rectangle(west - (east - west) / 50, south - (north - south) / 50, east + (east - west) / 50, north)
    found = []
    for thing in things:
        outline = shape(thing.geometry or {})
        if outline.intersects(frame):
            found.append(_lines(outline.simplify((east - west) / WIDTH).intersection(frame), box))
    return "".join(found)


def _lines(outline: BaseGeometry, box: Box) -> str:
    west, south, east, north = box
    scale = (WIDTH / (east - west), HEIGHT / (north - south))
    drawn = transform(outline, lambda points: ((points - (west, north)) * (scale[0], -scale[1])).round())
    parts = []
    for part in getattr(drawn, "geoms", [drawn]):
        if part.is_empty or part.geom_type == "Point":
            continue
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            parts.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in ring.coords))
    return "".join(parts)


def _names(registry: Registry, box: Box, words: CaseWords) -> list[MapName]:
    found = []
    for area in registry.areas.values():
        if area.level is AreaLevel.DISTRICT and area.geometry:
            middle = shape(area.geometry).representative_point()
            left, top = place_in_box(middle.x, middle.y, box)
            if 0 < left < 100 and 0 < top < 100:
                found.append(MapName(name_in(area, words.language), left, top))
    return found[:MOST_NAMES]
