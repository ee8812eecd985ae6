"""The administrative areas: city, districts, streets, communities and grids, tiling without gaps.

Communities are cells of a mosaic, small in the centre; streets and districts are unions of them. Points in
pairs on both banks make edges run along the river, and growing across it costs extra, so that the river
parts districts, as rivers do.
"""

import math
from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Names
from sensors_sim import rng
from sensors_sim.land import names, plane
from sensors_sim.land.grids import cut_into_grids
from sensors_sim.land.terrain import Terrain
from sensors_sim.land.tessellation import Mosaic, grow, make_mosaic, spread_seeds

CITY_CODE = "990100"  # 99 is no province of GB/T 2260
COMMUNITIES_PER_STREET = 5
NUMERALS = "一二三四"
CROSSING_COST = 6.0  # km: what it costs a district to grow across the river


def make_areas(seed: int, terrain: Terrain) -> list[Area]:
    """Return all areas, parents first. Codes: city 990100, district 9901dd, street +3 digits, community +3, grid +3."""
    points, inside = _community_points(seed, terrain)
    mosaic = make_mosaic(seed, points, inside=inside)
    cells = {index: plane.to_degrees(cell) for index, cell in mosaic.cells.items()}
    banks = terrain.north_of_river(points)
    district_of = grow(_district_seeds(seed, points, mosaic), _with_river(mosaic, banks))
    title = names.load_names()["city"]
    areas = [_area(CITY_CODE, Names(title["zh"], title["en"]), AreaLevel.CITY, None, list(cells.values()))]
    supply = iter(names.settlement_names(seed, 700))
    for number, entry in enumerate(names.load_names()["district"]):
        mine = [index for index, group in sorted(district_of.items()) if group == number]
        code = f"{CITY_CODE[:4]}{number + 1:02}"
        name = Names(entry["zh"], entry["en"] + " District")
        areas.append(_area(code, name, AreaLevel.DISTRICT, CITY_CODE, [cells[index] for index in mine]))
        for group in _streets(mine, points, mosaic):
            street = f"{code}{len([a for a in areas if a.parent == code]) + 1:03}"
            areas += _street_areas(street, code, [cells[index] for index in group], supply)
    return areas


def _street_areas(code: str, parent: str, cells: list[BaseGeometry], supply: Iterator[Names]) -> list[Area]:
    town = next(supply)
    areas = [_area(code, Names(town.zh + "街道", town.en + " Subdistrict"), AreaLevel.STREET, parent, cells)]
    for number, cell in enumerate(cells, 1):
        name = next(supply)
        title = Names(name.zh + "社区", name.en + " Community")
        community = _area(f"{code}{number:03}", title, AreaLevel.COMMUNITY, code, [cell])
        areas += [community, *_grids(community, name, cell)]
    return areas


def _grids(community: Area, name: Names, cell: BaseGeometry) -> list[Area]:
    return [
        _area(
            f"{community.code}{number:03}",
            Names(f"{name.zh}第{numeral}网格", f"{name.en} Grid {number}"),
            AreaLevel.GRID,
            community.code,
            [piece],
        )
        for number, (numeral, piece) in enumerate(zip(NUMERALS, cut_into_grids(cell), strict=True), 1)
    ]


def _area(code: str, name: Names, level: AreaLevel, parent: str | None, cells: list[BaseGeometry]) -> Area:
    shape = cells[0] if len(cells) == 1 else shapely.union_all(cells)
    return Area(code, name.zh, level, parent, name.en, plane.to_geojson(shape))


def _community_points(seed: int, terrain: Terrain) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 2) points of cells and which of them are in the city; the rest bound the outer cells."""
    random = rng.make_generator(seed, "communities")
    banks = _bank_points(terrain)
    fixed = count = len(banks)
    candidates = random.uniform((-30, -23), (30, 23), (9000, 2))
    placed = np.empty((fixed + len(candidates), 2))
    placed[:fixed] = banks
    for candidate in candidates:
        away = placed[:count] - candidate
        if (away * away).sum(axis=1).min() > _spacing(candidate) ** 2:
            placed[count] = candidate
            count += 1
    points = placed[:count]
    points[fixed:] = _relax(points)[fixed:]
    return points, shapely.contains_xy(terrain.outline, points[:, 0], points[:, 1])


def _spacing(point: np.ndarray) -> float:
    """How far apart communities lie (km): dense in the centre, wide at the edge."""
    return 0.62 + 0.072 * math.hypot(point[0] / 1.2, point[1])


def _bank_points(terrain: Terrain) -> list[np.ndarray]:
    """Return points in pairs left and right of the river, so that an edge between cells follows it."""
    line = terrain.streams[0].line
    placed: list[np.ndarray] = []
    reach = 0.0
    while reach < line.length:
        here, ahead = line.interpolate(reach), line.interpolate(reach + 0.1)
        spot, step = np.array([here.x, here.y]), np.array([ahead.x - here.x, ahead.y - here.y])
        gap = _spacing(spot)
        if np.hypot(*step) > 0:
            normal = np.array([-step[1], step[0]]) / np.hypot(*step)
            placed += [spot + 0.55 * gap * normal, spot - 0.55 * gap * normal]
        reach += 1.1 * gap
    return placed


def _relax(points: np.ndarray) -> np.ndarray:
    """Move each point to the middle of its Voronoi cell (Lloyd 1982), twice."""
    frame = shapely.box(-36, -27, 36, 27)
    for _ in range(2):
        diagram = shapely.voronoi_polygons(shapely.multipoints(points), ordered=True, extend_to=frame)
        middles = shapely.centroid(shapely.intersection(shapely.get_parts(diagram), frame))
        points = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])
    return points


def _district_seeds(seed: int, points: np.ndarray, mosaic: Mosaic) -> dict[int, int]:
    cells = np.array(sorted(mosaic.cells))
    seeds: dict[int, int] = {}
    for number, entry in enumerate(names.load_names()["district"]):
        bearing = math.radians(entry["bearing"] + 10 * (rng.uniform(seed, "district", number) - 0.5))
        wanted = np.array([12.5 * math.sin(bearing), 9.0 * math.cos(bearing)]) * entry["distance"] + (0, 0.8)
        seeds[int(cells[np.argmin(np.hypot(*(points[cells] - wanted).T))])] = number
    return seeds


def _with_river(mosaic: Mosaic, banks: np.ndarray) -> dict[int, dict[int, float]]:
    return {
        cell: {other: cost + CROSSING_COST * (banks[cell] != banks[other]) for other, cost in near.items()}
        for cell, near in mosaic.neighbours.items()
    }


def _streets(cells: list[int], points: np.ndarray, mosaic: Mosaic) -> list[list[int]]:
    """Share the communities of a district among streets of about five."""
    count = max(1, round(len(cells) / COMMUNITIES_PER_STREET))
    within = {cell: {o: d for o, d in mosaic.neighbours[cell].items() if o in set(cells)} for cell in cells}
    group = grow({cell: number for number, cell in enumerate(spread_seeds(cells, points, count))}, within)
    return [[cell for cell in cells if group[cell] == number] for number in range(count)]
