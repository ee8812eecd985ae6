"""The map of open cases: marks that are links, over the city's own shapes. Pure.

It is drawn by the server, as HTML over an SVG: a mark leads nearer, to the list of its place, or to its one case, so it
works by keyboard, on paper and without graphics memory, and is as fresh as the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

from shapely import transform
from shapely.geometry import box as rectangle
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cases.store.case_list import Box
from cases.store.case_map import CaseCell, CaseMap
from cityops.areas import Area, AreaLevel, Layer, MapFeature, name_in
from cityops.geography.road_links import class_of
from cityops.standards.tpi import Road
from dashboard.cases.words import CaseWords
from dashboard.city.registry import Registry
from dashboard.pages.cases.list_view import ListAddress

COLUMNS, ROWS = 25, 11  # cells of the part that is shown; odd: what it is centred on lies in one
WIDTH, HEIGHT = 2400, 1000  # of the drawing
NEAREST = 0.012  # degrees of longitude, about a kilometre: nearer than that a mark leads to a list
NEARER = 4  # how many times
MARGIN = 1.04
NOWHERE: Box = (-180.0, -85.0, 180.0, 85.0)
MOST_NAMES = 30


@dataclass(frozen=True, slots=True)
class CaseMark:
    """One mark: where (percent from the left and the top), how large (1 to 4), what it says and where it leads."""

    left: float
    top: float
    size: int
    sign: str
    count: int
    words: str
    address: str


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


@dataclass(frozen=True, slots=True)
class MapView:
    """What the template draws. `farther`: the address of a larger part, "" of the whole."""

    marks: list[CaseMark]
    shapes: list[MapShape]
    names: list[MapName]
    shown: int
    elsewhere: int
    nowhere: int
    farther: str


def whole_box(registry: Registry) -> Box:
    """Return the part that shows all of the city."""
    west, south, east, north = registry.bounds or NOWHERE
    return _fitted((west + east) / 2, (south + north) / 2, (east - west) * MARGIN, (north - south) * MARGIN)


def shown_box(address: ListAddress, registry: Registry) -> Box:
    """Return the part that an address asks for, else the whole city."""
    if address.place is None:
        return whole_box(registry)
    west, south, east, north = address.place
    return _fitted((west + east) / 2, (south + north) / 2, east - west, north - south)


def city_shapes(registry: Registry, box: Box, words: CaseWords) -> tuple[list[MapShape], list[MapName]]:
    """Return the city's own shapes in a box, and the names of its districts."""
    return _shapes(registry, box), _names(registry, box, words)


def map_view(found: CaseMap, address: ListAddress, box: Box, registry: Registry, words: CaseWords) -> MapView:
    """Return the map in words, shapes and marks."""
    return MapView(
        [_mark(cell, address, box, words) for cell in found.cells],
        _shapes(registry, box),
        _names(registry, box, words),
        sum(cell.open for cell in found.cells),
        found.elsewhere,
        found.nowhere,
        _farther(address, box, whole_box(registry)),
    )


def _mark(cell: CaseCell, address: ListAddress, box: Box, words: CaseWords) -> CaseMark:
    sign = "is-late" if cell.late else "is-soon" if cell.soon else "is-in-time"
    left, top = _percent(cell.longitude, cell.latitude, box)
    size = sum(cell.open >= least for least in (1, 2, 20, 200))
    said = words.say("cases.map_mark", count=cell.open, late=cell.late, soon=cell.soon)
    return CaseMark(left, top, size, sign, cell.open, said, _leads_to(cell, address, box))


def _leads_to(cell: CaseCell, address: ListAddress, box: Box) -> str:
    if cell.open == 1:
        return f"/cases/{cell.case_id}"
    wide, high = (box[2] - box[0]) / COLUMNS, (box[3] - box[1]) / ROWS
    if box[2] - box[0] > NEAREST:
        return address.to(box=_written(_around(cell.longitude, cell.latitude, box, 1 / NEARER)))
    west, south = box[0] + cell.column * wide, box[1] + cell.row * high
    return address.to(view="list", box=_written((west, south, west + wide, south + high)))


def _farther(address: ListAddress, box: Box, whole: Box) -> str:
    if address.place is None:
        return ""
    larger = _around((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box, NEARER)
    return address.to(box="" if larger[2] - larger[0] >= whole[2] - whole[0] else _written(larger))


def _around(longitude: float, latitude: float, box: Box, times: float) -> Box:
    return _fitted(longitude, latitude, (box[2] - box[0]) * times, (box[3] - box[1]) * times)


def _fitted(longitude: float, latitude: float, wide: float, high: float) -> Box:
    """Return a box around a place that is at least so wide and high, and of the drawing's shape on the ground."""
    squeeze = cos(radians(latitude)) or 1.0
    wide = max(wide, high * WIDTH / HEIGHT / squeeze, 1e-4)
    high = wide * squeeze * HEIGHT / WIDTH
    return (longitude - wide / 2, latitude - high / 2, longitude + wide / 2, latitude + high / 2)


def _written(box: Box) -> str:
    return ",".join(f"{edge:.5f}" for edge in box)


def _percent(longitude: float, latitude: float, box: Box) -> tuple[float, float]:
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
            left, top = _percent(middle.x, middle.y, box)
            if 0 < left < 100 and 0 < top < 100:
                found.append(MapName(name_in(area, words.language), left, top))
    return found[:MOST_NAMES]
