"""What a room needs beside one alert: what to do, and who and what is near. Pure."""

from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry import shape

from cityops.areas import Layer, name_in
from dashboard.registry import Registry

NEAR = 3.0  # km
MOST = 5
KM_A_DEGREE = 111.2


def draw_focus(alert_id: str, alerts: pd.DataFrame, registry: Registry) -> dict[str, Any] | None:
    """Return guidance, the nearest key places and the sensors around an open alert; None when it is closed."""
    found = alerts[alerts["alert_id"].astype(str) == alert_id].to_dict("records")
    if not found:
        return None
    alert = found[0]
    lon, lat = float(alert["lon"]), float(alert["lat"])
    around = distance(registry.sensors["lon"], registry.sensors["lat"], lon, lat) <= 1.0
    focus: dict[str, Any] = {
        "alert": alert_id,
        "near": nearest_places(registry, lon, lat),
        "sensors": int(around.sum()),
        "radius": NEAR,
    }
    for language in ("zh", "en"):
        words = alert.get(f"guidance_{language}")
        if isinstance(words, str) and words:
            focus[f"guidance_{language}"] = words
    return focus


def nearest_places(
    registry: Registry, lon: float, lat: float, *, within: float = NEAR, most: int = MOST
) -> list[dict[str, Any]]:
    """Return the key places within reach (km), one of each kind first, nearest first: kind, zh, en, km, lon, lat."""
    places = [feature for feature in registry.features if feature.layer is Layer.PLACE]
    points = [shape(place.geometry).representative_point() for place in places]
    if not places:
        return []
    distances = distance(np.array([p.x for p in points]), np.array([p.y for p in points]), lon, lat)
    order = [int(place) for place in np.argsort(distances) if distances[place] <= within]
    first = list({places[place].kind: place for place in reversed(order)}.values())
    chosen = (sorted(first, key=order.index) + [place for place in order if place not in first])[:most]
    return [
        {
            "kind": places[place].kind,
            "zh": places[place].name,
            "en": name_in(places[place], "en"),
            "km": round(float(distances[place]), 1),
            "lon": round(points[place].x, 5),
            "lat": round(points[place].y, 5),
        }
        for place in sorted(chosen, key=lambda place: distances[place])
    ]


def distance(lons: Any, lats: Any, lon: float, lat: float) -> Any:
    """Return kilometres from a place; flat, which is exact enough within a city."""
    return np.hypot((lons - lon) * np.cos(np.radians(lat)), lats - lat) * KM_A_DEGREE
