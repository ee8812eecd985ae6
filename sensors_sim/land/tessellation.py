"""Tessellation: a plane cut into cells with organic edges that neighbours share exactly.

Voronoi cells of given points; each edge between two cells is roughened once, by midpoint displacement
(Fournier, Fussell, Carpenter 1982), and used by both sides. So there are neither gaps nor overlaps.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Polygon

from sensors_sim import rng

Point = tuple[float, float]
Edge = tuple[Point, Point]  # the smaller point first


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Cells by index of their point, and for each cell its neighbours with the distance to them (km)."""

    cells: dict[int, Polygon]
    neighbours: dict[int, dict[int, float]]


def make_mosaic(seed: int, points: np.ndarray, *, inside: np.ndarray, roughness: float = 0.16) -> Mosaic:
    """Cut the plane into Voronoi cells and keep those whose `inside` is true.

    points: (n, 2) in km; inside: (n,) booleans. The points that are not inside bound the outermost cells.
    """
    rings = {index: ring for index, ring in _voronoi_rings(points).items() if inside[index]}
    users: dict[Edge, list[int]] = {}
    for index, ring in rings.items():
        for edge in _edges(ring):
            users.setdefault(edge, []).append(index)
    neighbours: dict[int, dict[int, float]] = {index: {} for index in rings}
    for pair in users.values():
        if len(pair) == 2:
            one, two = pair
            neighbours[one][two] = neighbours[two][one] = float(np.hypot(*(points[one] - points[two])))
    return Mosaic(_roughen(seed, rings, list(users), roughness), neighbours)


def grow(seeds: Mapping[int, int], neighbours: Mapping[int, Mapping[int, float]]) -> dict[int, int]:
    """Share cells among groups: each joins the group whose seed cell is nearest by way of neighbours.

    seeds: cell -> group. Because growth goes from neighbour to neighbour, every group is in one piece.
    """
    group: dict[int, int] = {}
    frontier = [(0.0, cell, label) for cell, label in sorted(seeds.items())]
    heapq.heapify(frontier)
    while frontier:
        cost, cell, label = heapq.heappop(frontier)
        if cell in group:
            continue
        group[cell] = label
        for other, distance in neighbours[cell].items():
            if other not in group:
                heapq.heappush(frontier, (cost + distance, other, label))
    return group


def spread_seeds(cells: list[int], points: np.ndarray, count: int) -> list[int]:
    """Choose `count` cells far from one another (farthest-point sampling), the most central one first."""
    places = points[cells]
    first = int(np.argmin(np.hypot(*(places - places.mean(axis=0)).T)))
    chosen = [first]
    distance = np.hypot(*(places - places[first]).T)
    while len(chosen) < min(count, len(cells)):
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.hypot(*(places - places[chosen[-1]]).T))
    return [cells[index] for index in chosen]


def _voronoi_rings(points: np.ndarray) -> dict[int, list[Point]]:
    """Return the corners of each point's cell, without the closing repetition."""
    diagram = shapely.voronoi_polygons(MultiPoint(points), ordered=True)
    # Rounded to a centimetre, so that a corner computed by two cells is the same tuple.
    return {
        index: list(dict.fromkeys(map(_corner, cell.exterior.coords)))
        for index, cell in enumerate(shapely.get_parts(diagram))
    }


def _corner(coordinates: tuple[float, ...]) -> Point:
    return round(coordinates[0], 5), round(coordinates[1], 5)


def _edges(ring: list[Point]) -> list[Edge]:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return [(one, two) if one < two else (two, one) for one, two in pairs]


def _roughen(seed: int, rings: dict[int, list[Point]], edges: list[Edge], roughness: float) -> dict[int, Polygon]:
    """Bend every edge; where that makes a cell cross itself, bend its edges half as much and look again."""
    amount = dict.fromkeys(edges, roughness)
    while True:
        bent = {edge: _bend(seed, edge, amount[edge]) for edge in edges}
        cells = {index: Polygon(_outline(ring, bent)) for index, ring in rings.items()}
        broken = [index for index, cell in cells.items() if not cell.is_valid]
        if not broken:
            return cells
        for edge in {edge for index in broken for edge in _edges(rings[index])}:
            amount[edge] = amount[edge] / 2 if amount[edge] > 0.01 else 0.0


def _outline(ring: list[Point], bent: dict[Edge, list[Point]]) -> list[Point]:
    outline: list[Point] = []
    for one, two in zip(ring, [*ring[1:], ring[0]], strict=True):
        line = bent[(one, two)] if one < two else bent[(two, one)][::-1]
        outline += line[:-1]
    return outline


def _bend(seed: int, edge: Edge, amount: float) -> list[Point]:
    """Return the points of an edge from its smaller to its larger corner, displaced sideways."""
    line = np.array(edge)
    random = rng.make_generator(seed, "edge", edge)
    length = float(np.hypot(*(line[1] - line[0])))
    for _ in range(int(np.clip(np.ceil(np.log2(max(length, 0.01) / 0.18)), 0, 4))):
        middle = (line[:-1] + line[1:]) / 2
        along = np.diff(line, axis=0)
        sideways = np.column_stack([-along[:, 1], along[:, 0]]) * random.uniform(-1, 1, (len(along), 1)) * amount
        woven = np.empty((2 * len(line) - 1, 2))
        woven[0::2], woven[1::2] = line, middle + sideways
        line = woven
    return [(float(x), float(y)) for x, y in line]
