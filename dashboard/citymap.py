"""The map as a Plotly figure: the city's own shapes on an empty style, so that no tile is ever asked for.

Only what stands still is drawn here. States, alerts and shading arrive in the browser with each picture, which
sets them in place (assets/map.js); the order of the traces is the contract between the two.

Names are not traces but `layout.meta.labels`, which the browser writes over the map as HTML. A text trace is
set again with every restyle of any other, its placement never ends on a slow machine and then fails inside
MapLibre; and MapLibre has no Latin letters without a font server.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import shape

from cityops.areas import Area, Layer, Level, MapFeature
from dashboard import look
from dashboard.registry import Registry

STYLE = {
    "version": 8,
    # One source, empty: Plotly drops an empty "sources" when it draws anew, and MapLibre then refuses the style.
    "sources": {"nothing": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}},
    "layers": [{"id": "ground", "type": "background", "paint": {"background-color": "#0d2034"}}],
}
SHADES = [[0.0, "#16344f"], [0.5, "#1f5570"], [1.0, "#3f8f8f"]]
SENSOR_SIZE = {"environment": 9, "traffic": 6, "emergency": 7}  # pixels on a screen 1920 wide

FEW = 150  # sensors: that few are drawn larger


class Trace(IntEnum):
    """The traces from the bottom up."""

    DISTRICTS = 0  # shaded by the ranked metric
    PLACES = 1
    SENSORS = 2
    ALERT_RINGS = 3
    ALERT_GAPS = 4
    ALERTS = 5


def city_map(registry: Registry, *, language: str) -> go.Figure:
    """Return the map without any state. Its bounds (west, south, east, north) are in `layout.meta`."""
    districts = [area for area in registry.areas.values() if area.level is Level.DISTRICT and area.geometry]
    traces = [
        _district_fills(districts),
        _places(registry.features),
        _sensors(registry.sensors),
        *_alert_markers(),
    ]
    figure = go.Figure(traces)
    figure.update_layout(
        template=look.TEMPLATE,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        map={"style": STYLE, "layers": _layers(registry.features, districts)},
        uirevision=registry.base,
        meta={
            "bounds": registry.bounds,
            "base": registry.base,
            "labels": [
                *_labels(districts, "district", language),
                *_labels(_place_features(registry), "place", language),
            ],
        },
    )
    return figure


def _layers(features: list[MapFeature], districts: list[Area]) -> list[dict[str, Any]]:
    """Fills first, then borders, then the glow of the roads, then the roads."""
    fills = [(Layer.GREEN, "#14493f", 0.75), (Layer.ZONE, "#39405f", 0.6), (Layer.WATER, "#134d7c", 0.95)]
    layers = [_fill(_geometries(features, layer, lines=False), colour, opacity) for layer, colour, opacity in fills]
    layers.append(_line(_geometries(features, Layer.WATER, lines=True), "#1a66a0", 4, 0.9))
    layers.append(_line([area.geometry for area in districts if area.geometry], "#5b86ad", 1.2, 0.8))
    for kinds, width in ((("street",), 1.2), (("radial",), 2.2), (("ring",), 2.6)):
        roads = [
            feature.geometry
            for feature in features
            if feature.layer is Layer.ROAD and (feature.kind in kinds or (width < 2 and feature.kind not in MAJOR))
        ]
        layers.append(_line(roads, "#3fb7e8", width * 3, 0.10))
        layers.append(_line(roads, "#6ba9c9", width, 0.6))
    return [layer for layer in layers if layer is not None]


MAJOR = ("radial", "ring")


def _geometries(features: list[MapFeature], layer: Layer, *, lines: bool) -> list[dict[str, Any]]:
    return [
        feature.geometry
        for feature in features
        if feature.layer is layer and ("LineString" in feature.geometry["type"]) is lines
    ]


def _collection(geometries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"type": "FeatureCollection", "features": features}


def _fill(geometries: list[dict[str, Any]], colour: str, opacity: float) -> dict[str, Any] | None:
    if not geometries:
        return None
    source = {"sourcetype": "geojson", "source": _collection(geometries), "below": "traces"}
    return {**source, "type": "fill", "color": colour, "opacity": opacity}


def _line(geometries: list[dict[str, Any]], colour: str, width: float, opacity: float) -> dict[str, Any] | None:
    if not geometries:
        return None
    source = {"sourcetype": "geojson", "source": _collection(geometries), "below": "traces"}
    return {**source, "type": "line", "color": colour, "line": {"width": width}, "opacity": opacity}


def _district_fills(districts: list[Area]) -> go.Choroplethmap:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": area.code, "properties": {}, "geometry": area.geometry} for area in districts
        ],
    }
    return go.Choroplethmap(
        geojson=collection,
        locations=[area.code for area in districts],
        z=[None] * len(districts),
        colorscale=SHADES,
        zmin=0,
        zmax=150,
        showscale=False,
        marker={"opacity": 0.35, "line": {"width": 0}},
        hoverinfo="skip",
        below="",
    )


def _labels(things: Iterable[Area | MapFeature], rank: str, language: str) -> list[dict[str, Any]]:
    points = [(thing, shape(thing.geometry).representative_point()) for thing in things if thing.geometry]
    return [
        {
            "lon": point.x,
            "lat": point.y,
            "rank": rank,
            "text": thing.name_en or thing.name if language == "en" else thing.name,
        }
        for thing, point in points
    ]


def _place_features(registry: Registry) -> list[MapFeature]:
    return [feature for feature in registry.features if feature.layer is Layer.PLACE]


def _places(features: list[MapFeature]) -> go.Scattermap:
    points = [shape(place.geometry).representative_point() for place in features if place.layer is Layer.PLACE]
    return go.Scattermap(
        lon=[point.x for point in points],
        lat=[point.y for point in points],
        mode="markers",
        marker={"size": 4, "color": "#7d9cba", "opacity": 0.8},
        hoverinfo="skip",
    )


def _sensors(sensors: pd.DataFrame) -> go.Scattermap:
    swell = 1.6 if len(sensors) < FEW else 1.0
    return go.Scattermap(
        lon=sensors["lon"].tolist(),
        lat=sensors["lat"].tolist(),
        customdata=sensors["sensor_id"].tolist(),
        text=sensors["name"].tolist(),
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={
            "size": [SENSOR_SIZE.get(domain, 7) * swell for domain in sensors["domain"]],
            "color": [int(look.State.STALE)] * len(sensors),
            "cmin": -0.5,
            "cmax": 5.5,
            "colorscale": look.state_scale(),
            "opacity": 0.9,
        },
    )


def _alert_markers() -> list[go.Scattermap]:
    """A ring is a large dot under a smaller one of the ground's colour: map markers have no outline."""
    ring, gap, core = (
        go.Scattermap(lon=[], lat=[], mode="markers", hoverinfo="skip", marker={"size": size, "opacity": opacity})
        for size, opacity in ((26, 0.95), (20, 1.0), (12, 1.0))
    )
    gap.marker.color = look.BACKGROUND
    for trace in (ring, core):
        trace.marker.update(color=[], cmin=-0.5, cmax=5.5, colorscale=look.state_scale())
    return [ring, gap, core]


def place_map(lon: float, lat: float, *, severity: int, registry: Registry) -> go.Figure:
    """Return a small map of one place, for the panel of one alert."""
    figure = city_map(registry, language="zh")
    figure.data[Trace.SENSORS].marker.update(color="#8fb3d1", opacity=0.5)
    for trace in (Trace.ALERT_RINGS, Trace.ALERT_GAPS, Trace.ALERTS):
        figure.data[trace].update(lon=[lon], lat=[lat])
    for trace in (Trace.ALERT_RINGS, Trace.ALERTS):
        figure.data[trace].marker.color = [severity]
    figure.update_layout(map={"center": {"lon": lon, "lat": lat}, "zoom": 12}, uirevision=f"{lon},{lat}")
    return figure
