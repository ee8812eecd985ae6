"""What a room needs beside one alert: what to do, and who and what is near. Pure."""

from collections.abc import Iterable
from typing import Any

import geopandas
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from alerts.board.open_alert import OpenAlert
from cityops.catalogue import Catalogue
from cityops.geography.distances import circle, distance_km
from cityops.geography.near import near
from dashboard.city.registry import WGS84, Registry

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
    places = near(registry.places, lon, lat, km=within)
    first = ~places["kind"].duplicated()
    chosen = pd.concat([places[first], places[~first]])[:most].sort_values("km", kind="stable")
    return [_place(row) for row in chosen.itertuples()]


def resources_near(
    registry: Registry, lon: float, lat: float, *, km: float, catalogue: Catalogue
) -> dict[str, list[dict[str, Any]]]:
    """Return all that is known within reach (km) of a place, nearest first: key places, and devices of every kind.

    `places`: kind, zh, en, km, lon, lat. `devices`: id, name, kind, zh and en (of the kind), domain, km, lon, lat.
    """
    devices = registry.sensors[["sensor_id", "name", "kind", "domain", "lon", "lat"]]
    points = GeoDataFrame(devices, geometry=geopandas.points_from_xy(devices["lon"], devices["lat"]), crs=WGS84)
    return {
        "places": [_place(row) for row in near(registry.places, lon, lat, km=km).itertuples()],
        "devices": [_device(row, catalogue) for row in near(points, lon, lat, km=km).itertuples()],
    }


def _place(row: Any) -> dict[str, Any]:
    return {"kind": row.kind, "zh": row.name, "en": row.name_en or row.name, **_where(row), "km": round(row.km, 1)}


def _device(row: Any, catalogue: Catalogue) -> dict[str, Any]:
    kind = catalogue.kind.get(row.kind)
    names = {language: kind.name.in_language(language) if kind else row.kind for language in ("zh", "en")}
    return {"id": row.sensor_id, "name": row.name, "kind": row.kind, **names, "domain": row.domain} | _where(row)


def _where(row: Any) -> dict[str, float]:
    return {"km": round(row.km, 2), "lon": round(row.geometry.x, 5), "lat": round(row.geometry.y, 5)}
