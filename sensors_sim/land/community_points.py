"""Where communities lie: dense in the centre, wide outside, none across the river."""

import math

import numpy as np
import shapely

from sensors_sim import rng
from sensors_sim.land.terrain import Terrain


def community_points(seed: int, terrain: Terrain) -> tuple[np.ndarray, np.ndarray]:
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
