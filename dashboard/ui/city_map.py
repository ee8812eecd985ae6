"""The map as a Plotly figure: the city's own shapes on an empty style, so that no tile is ever asked for.

Only what stands still is drawn here. Sensors, roads by their traffic, shading, extents and alerts are layers that
the browser lays over it (assets/map/), because Plotly hands all its data to MapLibre again with every change.
What those layers stand on is `standing_parts`.

Names are not traces: the browser writes them over the map as HTML. A text trace is set again with every restyle
of any other, its placement never ends on a slow machine and then fails inside MapLibre; and MapLibre has no Latin
letters without a font server.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import plotly.graph_objects as go
from shapely import transform
from shapely.geometry import mapping, shape

from cityops.areas import Area, AreaLevel, name_in
from cityops.geography.road_links import class_of
from cityops.map_features import Layer, MapFeature
from cityops.standards.tpi import Road
from dashboard import texts, theme
from dashboard.city.registry import Registry
from dashboard.city.scales import draw_scales

STYLE = {
    "version": 8,
    # One source, empty: Plotly drops an empty "sources" when it draws anew, and MapLibre then refuses the style.
    "sources": {"nothing": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}},
    "layers": [{"id": "ground", "type": "background", "paint": {"background-color": "#0d2034"}}],
}
# The levels that a wall goes down, and how finely each is drawn: degrees, about 40 to 5 m.
DETAIL = {AreaLevel.DISTRICT: 0.0004, AreaLevel.STREET: 0.0002, AreaLevel.COMMUNITY: 0.0001, AreaLevel.GRID: 0.00005}
MOST_GRIDS = 3000  # with more of them the map would take megabytes: it then ends at the communities


class Trace(IntEnum):
    """The traces of a map of one place, from the bottom up."""

    PLACES = 0
    SENSORS = 1
    ALERT_RINGS = 2
    ALERT_GAPS = 3
    ALERTS = 4


def city_map(registry: Registry) -> go.Figure:
    """Return the map without any state."""
    districts = _areas(registry, AreaLevel.DISTRICT)
    figure = go.Figure([_places(registry.features)])
    figure.update_layout(
        template=theme.TEMPLATE,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        map={"style": STYLE, "layers": _layers(registry.features, districts)},
        uirevision=registry.base,
    )
    return figure


def standing_parts(registry: Registry, *, language: str) -> dict[str, Any]:
    """Return what the browser's own layers stand on.

    base, bounds (west, south, east, north), sensors (lists by position), links (GeoJSON, id: position of the
    detector), areas (GeoJSON of districts to grids: code, name, level, parent, bounds, at (where its name stands)),
    scales (what the colours mean: `scales.draw_scales`).
    """
    sensors = registry.sensors
    by_level = {level: _areas(registry, level) for level in DETAIL}
    if len(by_level[AreaLevel.GRID]) > MOST_GRIDS:
        del by_level[AreaLevel.GRID]
    areas = [area for level in by_level.values() for area in level]
    return {
        "base": registry.base,
        "bounds": registry.bounds,
        "sensors": {
            "lon": sensors["lon"].round(5).tolist(),
            "lat": sensors["lat"].round(5).tolist(),
            "domain": sensors["domain"].tolist(),
        },
        "links": _collection(
            {"type": "Feature", "id": link.position, "properties": {"road": link.road}, "geometry": link.geometry}
            for link in registry.links
        ),
        "areas": _collection(_area_feature(area, number, language) for number, area in enumerate(areas)),
        "scales": draw_scales(texts.speaker(language)),
    }


def _areas(registry: Registry, level: AreaLevel) -> list[Area]:
    return [area for area in registry.areas.values() if area.level is level and area.geometry]


def _area_feature(area: Area, number: int, language: str) -> dict[str, Any]:
    outline = transform(shape(area.geometry or {}).simplify(DETAIL[area.level]), lambda points: points.round(5))
    name_at = outline.representative_point()
    return {
        "type": "Feature",
        "id": number,
        "properties": {
            "code": area.code,
            "name": name_in(area, language),
            "level": area.level,
            "parent": area.parent or "",
            "bounds": outline.bounds,
            "at": (round(name_at.x, 5), round(name_at.y, 5)),
        },
        "geometry": mapping(outline),
    }


def _layers(features: list[MapFeature], districts: list[Area]) -> list[dict[str, Any]]:
    """Fills first, then borders, then the glow of the roads, then the roads."""
    fills = [(Layer.GREEN, "#14493f", 0.75), (Layer.ZONE, "#39405f", 0.6), (Layer.WATER, "#134d7c", 0.95)]
    layers = [_fill(_geometries(features, layer, lines=False), colour, opacity) for layer, colour, opacity in fills]
    layers.append(_line(_geometries(features, Layer.WATER, lines=True), "#1a66a0", 4, 0.9))
    layers.append(_line([area.geometry for area in districts if area.geometry], "#5b86ad", 1.2, 0.8))
    for road, width in ((Road.MINOR, 1.2), (Road.MAIN, 2.2), (Road.EXPRESSWAY, 2.6)):
        roads = [
            feature.geometry for feature in features if feature.layer is Layer.ROAD and class_of(feature.kind) is road
        ]
        layers.append(_line(roads, "#3fb7e8", width * 3, 0.10))
        layers.append(_line(roads, "#6ba9c9", width, 0.6))
    return [layer for layer in layers if layer is not None]


def _geometries(features: list[MapFeature], layer: Layer, *, lines: bool) -> list[dict[str, Any]]:
    return [
        feature.geometry
        for feature in features
        if feature.layer is layer and ("LineString" in feature.geometry["type"]) is lines
    ]


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _bare(geometries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return _collection({"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries)


def _fill(geometries: list[dict[str, Any]], colour: str, opacity: float) -> dict[str, Any] | None:
    if not geometries:
        return None
    source = {"sourcetype": "geojson", "source": _bare(geometries), "below": "traces"}
    return {**source, "type": "fill", "color": colour, "opacity": opacity}


def _line(geometries: list[dict[str, Any]], colour: str, width: float, opacity: float) -> dict[str, Any] | None:
    if not geometries:
        return None
    source = {"sourcetype": "geojson", "source": _bare(geometries), "below": "traces"}
    return {**source, "type": "line", "color": colour, "line": {"width": width}, "opacity": opacity}


def _places(features: list[MapFeature]) -> go.Scattermap:
    points = [shape(place.geometry).representative_point() for place in features if place.layer is Layer.PLACE]
    return go.Scattermap(
        lon=[point.x for point in points],
        lat=[point.y for point in points],
        mode="markers",
        marker={"size": 4, "color": "#7d9cba", "opacity": 0.8},
        hoverinfo="skip",
    )


def _sensors(registry: Registry) -> go.Scattermap:
    return go.Scattermap(
        lon=registry.sensors["lon"].tolist(),
        lat=registry.sensors["lat"].tolist(),
        text=registry.sensors["name"].tolist(),
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={"size": 6, "color": "#8fb3d1", "opacity": 0.5},
    )


def _alert_markers() -> list[go.Scattermap]:
    """A ring is a large dot under a smaller one of the ground's colour: map markers have no outline."""
    ring, gap, core = (
        go.Scattermap(lon=[], lat=[], mode="markers", hoverinfo="skip", marker={"size": size, "opacity": opacity})
        for size, opacity in ((26, 0.95), (20, 1.0), (12, 1.0))
    )
    gap.marker.color = theme.BACKGROUND
    for trace in (ring, core):
        trace.marker.update(color=[], cmin=-0.5, cmax=5.5, colorscale=theme.state_scale())
    return [ring, gap, core]


def place_map(lon: float, lat: float, *, severity: int, registry: Registry) -> go.Figure:
    """Return a small map of one place, for the panel of one alert."""
    figure = city_map(registry)
    figure.add_traces([_sensors(registry), *_alert_markers()])
    for trace in (Trace.ALERT_RINGS, Trace.ALERT_GAPS, Trace.ALERTS):
        figure.data[trace].update(lon=[lon], lat=[lat])
    for trace in (Trace.ALERT_RINGS, Trace.ALERTS):
        figure.data[trace].marker.color = [severity]
    figure.update_layout(map={"center": {"lon": lon, "lat": lat}, "zoom": 12}, uirevision=f"{lon},{lat}")
    return figure
