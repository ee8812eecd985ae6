"""The surroundings of one alert: a small map, and what help and what people are within a radius. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go
from shapely.geometry import box, mapping, shape

from cityops.areas import name_in
from cityops.geography.distances import box_around, circle
from cityops.map_features import Layer
from dashboard import theme
from dashboard.city.registry import Registry
from dashboard.ui import city_map

RADII = (1, 3, 5)  # km
_ZOOM = {1: 13.2, 3: 11.6, 5: 10.9}
_MARGIN = 2.2  # how many radii of the city are drawn around


def around_map(
    lon: float,
    lat: float,
    *,
    severity: int,
    radius: int,
    registry: Registry,
    language: str,
    outlines: Iterable[Mapping[str, Any]] = (),
) -> go.Figure:
    """Return the map around a place: what is within `radius` km, ringed, with the names of the key places.

    `outlines`: the areas of warnings, see `dashboard.city.outside_warnings.draw_outlines`.
    """
    part = crop(registry, lon, lat, radius * _MARGIN)
    figure = city_map.place_map(lon, lat, severity=severity, registry=part)
    ring = {"type": "Feature", "properties": {}, "geometry": mapping(circle(lon, lat, radius))}
    source = {"sourcetype": "geojson", "source": {"type": "FeatureCollection", "features": [ring]}}
    figure.add_trace(_place_marks(part, language))
    figure.update_layout(
        map={
            "layers": [
                *figure.layout.map.layers,
                *map(_outline, outlines),
                {**source, "type": "line", "color": theme.ACCENT, "line": {"width": 1.5}, "opacity": 0.9},
            ],
            "zoom": _ZOOM.get(radius, 11.6),
        },
        uirevision=f"{lon},{lat},{radius}",
    )
    return figure


def _outline(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return the area of a warning as a layer: its outline alone, dashed, in the colour of its level."""
    feature = {"type": "Feature", "properties": {}, "geometry": one["geometry"]}
    return {
        "sourcetype": "geojson",
        "source": {"type": "FeatureCollection", "features": [feature]},
        "type": "line",
        "color": theme.severity_colour(one["severity"]) if one["severity"] else theme.MUTED,
        "line": {"width": 2.5, "dash": [3, 2]},
        "opacity": 0.9,
    }


def crop(registry: Registry, lon: float, lat: float, reach: float) -> Registry:
    """Return what lies within about `reach` km: a city of ten thousand sensors need not travel for one alert."""
    west, south, east, north = box_around(lon, lat, reach)
    frame = box(west, south, east, north)
    features = [feature for feature in registry.features if shape(feature.geometry).intersects(frame)]
    sensors = registry.sensors
    near = sensors["lon"].between(west, east) & sensors["lat"].between(south, north)
    return Registry(registry.areas, features, sensors[near].reset_index(drop=True))


def _place_marks(registry: Registry, language: str) -> go.Scattermap:
    places = [feature for feature in registry.features if feature.layer is Layer.PLACE]
    points = [shape(place.geometry).representative_point() for place in places]
    names = [name_in(place, language) for place in places]
    return go.Scattermap(
        lon=[point.x for point in points],
        lat=[point.y for point in points],
        text=names,
        mode="markers",
        marker={"size": 11, "color": "#e8f1fa"},
        hovertemplate="%{text}<extra></extra>",
    )
