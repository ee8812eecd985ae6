"""How far gas and water reach at a moment, as polygons that a map can draw."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import numpy as np
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from cityops.storage.operations.scenarios import Extent
from sensors_sim.land import plane
from sensors_sim.land.city import CityLand
from sensors_sim.story.incident_plans import Shape
from sensors_sim.story.incidents import SECONDS_A_KM, Incident

EDGE = 0.05  # share of the peak at which a plume ends
PUDDLE = 0.16  # km: how far the water of an underpass stands
BANK = 0.18  # km: how far a river in flood leaves its bed


def find_extents(city: CityLand, incidents: Iterable[Incident], moment: float) -> Iterator[Extent]:
    """Yield what can be drawn of these incidents at a moment (seconds since 1970)."""
    at = datetime.fromtimestamp(moment, UTC)
    for number, incident in enumerate(incidents, 1):
        grown = _grown(incident, moment)
        shape = _shape(city, incident, moment) if grown > 0 else None
        if shape is not None and not shape.is_empty:
            kind = "plume" if incident.plan.shape is Shape.PLUME else "flood"
            geometry = plane.to_geojson(plane.to_degrees(shape))
            yield Extent(f"{incident.name}-{number}", kind, geometry, at)


def _grown(incident: Incident, moment: float) -> float:
    """Return 0 to 1: how much of an incident is there."""
    rise = incident.rise / incident.pace
    up, down = (moment - incident.start) / rise, (incident.end - moment) / (2 * rise)
    return float(np.clip(min(up, down), 0, 1))


def _shape(city: CityLand, incident: Incident, moment: float) -> BaseGeometry | None:
    grown = _grown(incident, moment)
    if incident.plan.shape is Shape.PLUME:
        return _plume(incident, _way(incident, moment)).intersection(city.land)
    if incident.plan.metric == "water_depth":
        return Point(incident.x, incident.y).buffer(PUDDLE * np.sqrt(grown))
    if incident.plan.metric == "water_level":
        reach = Point(incident.x, incident.y).buffer(min(incident.radius, _way(incident, moment)))
        return city.terrain.water.intersection(reach).buffer(BANK * grown).simplify(0.02).intersection(city.land)
    return None


def _way(incident: Incident, moment: float) -> float:
    """Return how far (km) it has come since its start."""
    way = (moment - incident.start) * incident.pace / SECONDS_A_KM[incident.plan.shape]
    return float(np.clip(way, 0.05, incident.radius))


def _plume(incident: Incident, length: float) -> Polygon:
    """Return where the gas is above `EDGE` of its peak, downwind as far as it has come. See Incident.closeness."""
    along = np.linspace(-0.12, length, 24)
    width = 0.15 + 0.3 * np.maximum(along, 0)
    strength = np.clip(1 - 0.7 * along / incident.radius, EDGE * 1.01, 1)
    half = width * np.sqrt(2 * np.log(strength / EDGE))
    half *= np.sqrt(np.clip((length - along) / (0.25 * length), 0, 1))  # a round head
    east, north = np.sin(incident.wind), np.cos(incident.wind)
    middle = np.column_stack([incident.x + along * east, incident.y + along * north])
    side = half[:, None] * np.array([north, -east])
    return Polygon(np.vstack([middle + side, (middle - side)[::-1]])).buffer(0)
