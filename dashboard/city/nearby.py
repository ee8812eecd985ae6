"""What a room needs beside one alert: what to do, and who and what is near. Pure."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from shapely.geometry import shape

from alerts.board.open_alert import OpenAlert
from cityops.areas import Layer, name_in
from cityops.distances import circle, distance_km
from dashboard.city.registry import Registry

NEAR = 3.0  # km
RING = 1.0  # km: what a wall encircles
MOST = 5


def draw_focus(alert_id: str, alerts: Iterable[OpenAlert], registry: Registry) -> dict[str, Any] | None:
    """Return guidance, the nearest key places and the sensors around an open alert; None when it is closed.

    `ring`: the circle around it within which `sensors` are counted, as [lon, lat] by corner.
    """
    alert = next((alert for alert in alerts if str(alert.alert_id) == alert_id), None)
    if alert is None:
        return None
    around = distance_km(alert.lon, alert.lat, registry.sensors["lon"], registry.sensors["lat"]) <= RING
    focus: dict[str, Any] = {
        "alert": alert_id,
        "near": nearest_places(registry, alert.lon, alert.lat),
        "sensors": int(around.sum()),
        "radius": NEAR,
        "ring": np.array(circle(alert.lon, alert.lat, RING).exterior.coords).round(5).tolist(),
    }
    guidance = {"guidance_zh": alert.guidance_zh, "guidance_en": alert.guidance_en}
    return focus | {name: words for name, words in guidance.items() if words}


def nearest_places(
    registry: Registry, lon: float, lat: float, *, within: float = NEAR, most: int = MOST
) -> list[dict[str, Any]]:
    """Return the key places within reach (km), one of each kind first, nearest first: kind, zh, en, km, lon, lat."""
    places = [feature for feature in registry.features if feature.layer is Layer.PLACE]
    points = [shape(place.geometry).representative_point() for place in places]
    if not places:
        return []
    distances = distance_km(lon, lat, [point.x for point in points], [point.y for point in points])
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
