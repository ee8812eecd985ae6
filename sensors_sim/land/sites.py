"""Where a kind of device can sensibly stand. In km."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from sensors_sim.errors import SimulatorFileError
from sensors_sim.land import plane
from sensors_sim.land.city import CityLand
from sensors_sim.land.roads import CENTRE, crossings
from sensors_sim.land.terrain import Patch

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
_SPREAD = 0.25  # km: how far from the middle of a community a device may stand


@dataclass(frozen=True, slots=True)
class CandidateSite:
    """One candidate place. `anchor` names it; a device stands up to `spread` km from it."""

    x: float
    y: float
    anchor: str
    weight: float = 1.0
    spread: float = 0.0
    road: int = -1
    free_speed: float = 50.0
    lanes: int = 2
    size: float = 1.0  # of a stream: 1 the river, less for a tributary

    def moved(self, east: float, north: float) -> Self:
        """Return the site moved by some km."""
        return replace(self, x=self.x + east, y=self.y + north)

    def without_spread(self) -> Self:
        """Return the site so that a device stands exactly on it."""
        return replace(self, spread=0.0)


def centrality(x: Floats, y: Floats) -> Floats:
    """Return how central places are: 1 in the old town, falling by e every 6.5 km."""
    return np.asarray(np.exp(-np.hypot((x - CENTRE[0]) / 1.2, y - CENTRE[1]) / 6.5))


def candidate_sites(city: CityLand, kind: str, where: str = "") -> list[CandidateSite]:
    """Return all places where a device of this kind can stand, with weights, in an order that walks the city.

    A kind has places of its own, or stands at those called `where`. Raises SimulatorFileError for an unknown name.
    """
    find = _CANDIDATES.get(kind) or PLACES.get(where)
    if find is None:
        raise SimulatorFileError(f"kind.{kind}: where {where!r} is unknown. Use one of {', '.join(PLACES)}.")
    return _listed(city, find)


@lru_cache(maxsize=32)  # several kinds stand in the same places
def _listed(city: CityLand, find: Callable[[CityLand], Iterable[CandidateSite]]) -> list[CandidateSite]:
    sites = list(find(city))
    inside = shapely.contains_xy(city.land.buffer(-0.02), [site.x for site in sites], [site.y for site in sites])
    return [site for site, keep in zip(sites, inside, strict=True) if keep]


def _along_roads(city: CityLand, kinds: tuple[str, ...]) -> Iterable[CandidateSite]:
    """Every 150 m of a road, denser in the centre and on wide roads."""
    for number, road in enumerate(city.roads):
        if road.kind in kinds:
            points = _walk(road.line, 0.15)
            weights = centrality(points[:, 0], points[:, 1]) ** 0.8 * road.lanes
            for (x, y), weight in zip(points.tolist(), weights.tolist(), strict=True):
                yield CandidateSite(x, y, road.name.zh, weight, 0.0, number, road.free_speed, road.lanes)


def _walk(line: BaseGeometry, step: float) -> Floats:
    """Return (n, 2) points every `step` km of every part of a line, the ends left out."""
    spots = [np.empty((0, 2))]
    for part in shapely.get_parts(line):
        reaches = np.arange(step / 2, part.length - step / 2, step)
        spots.append(shapely.get_coordinates(shapely.line_interpolate_point(part, reaches)))
    return np.concatenate(spots)


def _near_streets(city: CityLand) -> Iterable[CandidateSite]:
    """Beside a street, but never in the water."""
    sites = list(_along_roads(city, ("radial", "street")))
    water = city.terrain.water.buffer(0.13)
    wet = shapely.contains_xy(water, [site.x for site in sites], [site.y for site in sites])
    for site, drowned in zip(sites, wet, strict=True):
        if not drowned:
            yield replace(site, weight=site.weight**1.5, spread=0.09, road=-1)


def _over_the_city(city: CityLand) -> Iterable[CandidateSite]:
    """In communities, somewhat denser in the centre; never in the water."""
    shapes = shapely.transform(city.shapes, plane.to_km)
    water = city.terrain.water.buffer(_SPREAD)
    dry = shapely.difference(shapes, water)
    for community, shape in zip(city.communities, dry, strict=True):
        if not shape.is_empty:
            middle = shapely.point_on_surface(shape)
            yield CandidateSite(middle.x, middle.y, community.name.removesuffix("社区"), 0.25 + _near(middle), _SPREAD)


def _along_water(city: CityLand) -> Iterable[CandidateSite]:
    for number, stream in enumerate(city.terrain.streams):
        inside = stream.line.intersection(city.terrain.outline.buffer(-0.8))
        for x, y in _walk(inside, 0.4).tolist():
            yield CandidateSite(x, y, stream.name.zh, 1.0 if number == 0 else 0.45, size=1.0 if number == 0 else 0.35)


def _at_lakes_and_water(city: CityLand) -> Iterable[CandidateSite]:
    yield from _along_water(city)
    for lake in city.terrain.lakes:
        middle = lake.shape.representative_point()
        yield CandidateSite(middle.x, middle.y, lake.name.zh, 4.0, size=0.1)


def _underpasses(city: CityLand) -> Iterable[CandidateSite]:
    water = city.terrain.water.buffer(0.1)
    for x, y, road in crossings(city.roads):
        if not shapely.contains_xy(water, x, y) and shapely.contains_xy(city.terrain.outline, x, y):
            yield CandidateSite(x, y, road.name.zh, 1.0, 0.02)


def _bridges_and_landmarks(city: CityLand) -> Iterable[CandidateSite]:
    for number, road in enumerate(city.roads):
        for stream in city.terrain.streams:
            for point in shapely.get_parts(road.line.intersection(stream.line)):
                if point.geom_type == "Point":
                    yield CandidateSite(point.x, point.y, f"{road.name.zh}桥", 2.0, road=number)
    yield from _at_places(city, ("station", "hospital"), spread=0.05)


def _at_places(city: CityLand, kinds: tuple[str, ...], *, spread: float) -> Iterable[CandidateSite]:
    for place in city.places:
        if place.kind in kinds:
            near = _near(Point(place.x, place.y))
            yield CandidateSite(place.x, place.y, place.name.zh, 0.15 + near, spread)


def _near(point: Point) -> float:
    return float(centrality(np.array([point.x]), np.array([point.y]))[0])


def _crowded(city: CityLand) -> Iterable[CandidateSite]:
    yield from _at_places(city, ("station",), spread=0.08)
    for park in city.terrain.parks:
        middle = park.shape.representative_point()
        yield CandidateSite(middle.x, middle.y, park.name.zh, 0.5, 0.1)


def _in_patches(patches: Iterable[Patch], *, spread: float) -> Iterable[CandidateSite]:
    for patch in patches:
        middle = patch.shape.representative_point()
        yield CandidateSite(middle.x, middle.y, patch.name.zh, 1.0, spread)


_main_roads = partial(_along_roads, kinds=("ring", "radial"))
_stations = partial(_at_places, kinds=("station",), spread=0.08)
# What `where` of a domain's simulator.toml may say.
PLACES: dict[str, Callable[[CityLand], Iterable[CandidateSite]]] = {
    "communities": _over_the_city,
    "streets": _near_streets,
    "main_roads": _main_roads,
    "rivers": _along_water,
    "lakes": lambda city: _in_patches(city.terrain.lakes, spread=0.05),
    "parks": lambda city: _in_patches(city.terrain.parks, spread=0.2),
    "works": lambda city: _in_patches(city.terrain.industry, spread=0.5),
    "underpasses": _underpasses,
    "bridges": _bridges_and_landmarks,
    "stations": _stations,
    "fire_stations": partial(_at_places, kinds=("fire_station",), spread=0.02),
    "schools": partial(_at_places, kinds=("school",), spread=0.05),
    "hospitals": partial(_at_places, kinds=("hospital",), spread=0.05),
    "crowds": _crowded,
}
_CANDIDATES: dict[str, Callable[[CityLand], Iterable[CandidateSite]]] = {
    "air_station": _over_the_city,
    "weather_station": _over_the_city,
    "noise_meter": _over_the_city,
    "river_gauge": _along_water,
    "water_quality": _at_lakes_and_water,
    "traffic_detector": lambda city: _along_roads(city, ("ring", "radial", "street")),
    "parking": lambda city: _at_places(city, ("station", "hospital", "shelter"), spread=0.15),
    "road_weather": lambda city: _along_roads(city, ("ring", "radial")),
    "transit_counter": lambda city: _at_places(city, ("station",), spread=0.03),
    "gas_detector": _near_streets,
    "smoke_detector": _near_streets,
    "underpass_gauge": _underpasses,
    "manhole": _near_streets,
    "hydrant": _near_streets,
    "structure_monitor": _bridges_and_landmarks,
    "crowd_counter": _crowded,
}
