"""A fictitious city from a seed: areas that tile, water, green, roads and key places.

Nothing in it is a real boundary, so no map licence applies. The same seed gives the same city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Names
from cityops.map_features import Layer, MapFeature
from sensors_sim.land import plane
from sensors_sim.land.districts import make_areas
from sensors_sim.land.landmarks import Landmark, make_places
from sensors_sim.land.roads import SimulatedRoad, make_roads
from sensors_sim.land.terrain import Terrain, make_terrain


@dataclass(frozen=True, eq=False)
class CityLand:
    """The city: areas and features for the map, and the plane geometry (km) that devices are placed on."""

    seed: int
    areas: list[Area]
    terrain: Terrain
    roads: list[SimulatedRoad]
    places: list[Landmark]

    @cached_property
    def communities(self) -> list[Area]:
        """The areas where people live."""
        return [area for area in self.areas if area.level is AreaLevel.COMMUNITY]

    @cached_property
    def grids(self) -> list[Area]:
        """The smallest areas, which contain the devices."""
        return [area for area in self.areas if area.level is AreaLevel.GRID]

    @cached_property
    def shapes(self) -> list[BaseGeometry]:
        """The communities' polygons in degrees, in the same order."""
        return [plane.area_shape(area) for area in self.communities]

    @cached_property
    def _index(self) -> shapely.STRtree:
        return shapely.STRtree([plane.area_shape(area) for area in self.grids])

    @cached_property
    def land(self) -> BaseGeometry:
        """The whole city as one shape, in km."""
        land: BaseGeometry = shapely.transform(shapely.union_all(self.shapes), plane.to_km)
        shapely.prepare(land)
        return land

    def areas_of(self, points: Sequence[Sequence[float]]) -> list[Area | None]:
        """Return for each (lon, lat) the smallest area that contains it; None outside the city."""
        found: list[Area | None] = [None] * len(points)
        if points:
            who, where = self._index.query(shapely.points(points), predicate="intersects")
            for point, grid in sorted(zip(who.tolist(), where.tolist(), strict=True), reverse=True):
                found[point] = self.grids[grid]
        return found

    @cached_property
    def features(self) -> list[MapFeature]:
        """Everything on the map beside areas and sensors, from the bottom up."""
        return list(_features(self))


def make_city(seed: int) -> CityLand:
    """Make the whole city. Takes about a second."""
    terrain = make_terrain(seed)
    areas = make_areas(seed, terrain)
    return CityLand(seed, areas, terrain, make_roads(seed, terrain), make_places(seed, areas, terrain))


def _features(city: CityLand) -> list[MapFeature]:
    land = shapely.union_all(city.shapes)
    drawn: list[tuple[Layer, str, Names, BaseGeometry]] = []
    terrain = city.terrain
    drawn += [(Layer.WATER, "river", stream.name, stream.water) for stream in terrain.streams]
    drawn += [(Layer.WATER, "lake", lake.name, lake.shape) for lake in terrain.lakes]
    drawn += [(Layer.GREEN, "park", park.name, park.shape) for park in terrain.parks]
    drawn += [(Layer.ZONE, "industrial", zone.name, zone.shape) for zone in terrain.industry]
    drawn += [(Layer.ROAD, road.kind, road.name, road.line.simplify(0.01)) for road in city.roads]
    drawn += [(Layer.PLACE, place.kind, place.name, Point(place.x, place.y)) for place in city.places]
    features = []
    for number, (layer, kind, name, shape) in enumerate(drawn, 1):
        geometry = _clip(plane.to_degrees(shape), land)
        if not geometry.is_empty:
            features.append(
                MapFeature(f"{layer}-{number:03}", layer, kind, name.zh, plane.to_geojson(geometry), name.en)
            )
    return features


def _clip(geometry: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    """Cut off what lies outside the city, and the crumbs of another dimension that cutting leaves."""
    cut = shapely.make_valid(geometry).intersection(land)
    dimension = geometry.area > 0, geometry.length > 0
    parts = [part for part in shapely.get_parts(cut) if (part.area > 0, part.length > 0) == dimension]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]
