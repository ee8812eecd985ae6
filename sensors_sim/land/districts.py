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
from sensors_sim.land.community_points import community_points
from sensors_sim.land.grids import cut_into_grids
from sensors_sim.land.terrain import Terrain
from sensors_sim.land.tessellation import Mosaic, grow, make_mosaic, spread_seeds

CITY_CODE = "990100"  # 99 is no province of GB/T 2260
COMMUNITIES_PER_STREET = 5
NUMERALS = "一二三四"
CROSSING_COST = 6.0  # km: what it costs a district to grow across the river


def make_areas(seed: int, terrain: Terrain) -> list[Area]:
    """Return all areas, parents first. Codes: city 990100, district 9901dd, street +3 digits, community +3, grid +3."""
    points, inside = community_points(seed, terrain)
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
