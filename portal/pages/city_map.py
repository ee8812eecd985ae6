"""The map of the city, drawn on the server as SVG: for the page of the city, and to choose a place on. Pure.

A place is chosen by clicking a picture in a form, which needs no script; each click shows the surroundings larger.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from cityops.areas import Area, name_in
from cityops.map_features import Layer, MapFeature
from portal.pages.city_land import LAYERS, Land, MapView

ZOOMS = 3  # how often it can be shown larger
_TINT = 0.6  # the colours of standards are loud on a whole district
_DETAIL = 0.6  # pixels: less is not drawn
_COLOURS = {"green": "#cfe8d2", "water": "#a9d3ee", "road": "#ffffff", "area": "#eef1f4", "line": "#8a97a6"}
_ROADS = {0: 1.2, 1: 2.4, 2: 5.0, 3: 10.0}  # pixels by zoom


def draw_map(
    land: Land,
    view: MapView,
    language: str,
    *,
    colours: Mapping[str, str] | None = None,
    pin: tuple[float, float] | None = None,
    zoom: int = 0,
    label: str = "",
) -> Markup:
    """Return the map. `colours`: of districts by code; `pin`: a place to mark; `label`: what it is called aloud."""
    box = shapely.box(*view.box)
    areas = [
        _path(
            view, outline, box, fill=(colours or {}).get(code, _COLOURS["area"]), stroke=_COLOURS["line"], opacity=_TINT
        )
        for code, outline in land.shapes.items()
    ]
    features = [_feature(view, one, outline, box, zoom) for one, outline in land.drawn]
    shown = land.shapes if zoom < ZOOMS - 1 else {}  # close by, a name would only cover the place
    names = [_name(view, land.districts[code], outline, box, language) for code, outline in shown.items()]
    marks = [_pin(view, *pin)] if pin is not None else []
    inside = Markup("").join([*areas, *features, *names, *marks])
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{label}"'
        ' font-family="sans-serif" font-size="{font}">'
        '<rect width="{width}" height="{height}" fill="#f7f9fb"/>{inside}</svg>'
    ).format(
        width=view.width,
        height=view.height,
        label=label,
        font=round(view.width / (28 if language == "zh" else 34)),
        inside=inside,
    )


def _feature(view: MapView, feature: MapFeature, outline: BaseGeometry, box: BaseGeometry, zoom: int) -> Markup:
    colour = _COLOURS[LAYERS[feature.layer]]
    if feature.layer is Layer.ROAD:
        return _path(view, outline, box, fill="none", stroke=colour, width=_ROADS.get(zoom, _ROADS[ZOOMS]))
    if outline.geom_type in ("LineString", "MultiLineString"):
        return _path(view, outline, box, fill="none", stroke=colour, width=2.0 * _ROADS.get(zoom, _ROADS[ZOOMS]))
    return _path(view, outline, box, fill=colour, stroke="none")


def _path(
    view: MapView,
    outline: BaseGeometry,
    box: BaseGeometry,
    *,
    fill: str,
    stroke: str,
    width: float = 1.0,
    opacity: float = 1.0,
) -> Markup:
    """Return what of a shape is in the box as one path, without detail that nobody could see."""
    if not outline.intersects(box):
        return Markup("")
    seen = outline.intersection(box).simplify(_DETAIL / view.scale)
    data = " ".join(_lines(view, seen))
    if not data:
        return Markup("")
    return Markup(
        '<path d="{data}" fill="{fill}" fill-opacity="{opacity}" stroke="{stroke}" stroke-width="{width}"/>'
    ).format(data=data, fill=fill, opacity=opacity, stroke=stroke, width=width)


def _lines(view: MapView, outline: BaseGeometry) -> Iterable[str]:
    for part in shapely.get_parts(outline):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield _line(view, ring.coords) + "Z"
        elif part.geom_type == "LineString":
            yield _line(view, part.coords)


def _line(view: MapView, points: Iterable[Any]) -> str:
    pixels = [view.pixel(point[0], point[1]) for point in points]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels)


def _name(view: MapView, area: Area, outline: BaseGeometry, box: BaseGeometry, language: str) -> Markup:
    if not outline.intersects(box):
        return Markup("")
    point = outline.intersection(box).representative_point()
    x, y = view.pixel(point.x, point.y)
    return Markup(
        '<text x="{x}" y="{y}" text-anchor="middle" fill="#16324f" stroke="#fff" stroke-width="3"'
        ' paint-order="stroke">{name}</text>'
    ).format(x=f"{x:.0f}", y=f"{y:.0f}", name=_short(name_in(area, language)))


def _short(name: str) -> str:
    """Return a name as maps write it: that a district is one, everybody sees."""
    return name.removesuffix(" District")


def _pin(view: MapView, lon: float, lat: float) -> Markup:
    x, y = view.pixel(lon, lat)
    return Markup(
        '<path d="M{x} {y}l-7 -14a8 8 0 1 1 14 0Z" fill="#c8102e" stroke="#fff"/>'
        '<circle cx="{x}" cy="{top}" r="3" fill="#fff"/>'
    ).format(x=f"{x:.1f}", y=f"{y:.1f}", top=f"{y - 18:.1f}")
