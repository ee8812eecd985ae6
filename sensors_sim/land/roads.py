"""The city's roads: three rings, ten radials, two riverside roads and a bent grid of streets. In km."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from cityops.catalogue import Names
from sensors_sim import rng
from sensors_sim.land import names
from sensors_sim.land.terrain import Terrain

CENTRE = np.array([0.0, 0.4])  # of the rings: the old town on the northern bank
RINGS = (3.3, 6.4, 11.0)  # km
STREET_SPACING = 0.85  # km


@dataclass(frozen=True, slots=True)
class SimulatedRoad:
    """One road. free_speed in km/h, lanes in one direction."""

    kind: str  # ring, radial or street
    name: Names
    line: BaseGeometry  # LineString or MultiLineString
    free_speed: float
    lanes: int


def make_roads(seed: int, terrain: Terrain) -> list[SimulatedRoad]:
    """Lay out all roads, the largest first."""
    roads = [*_rings(seed), *_radials(seed), *_riverside(terrain), *_streets(seed, terrain)]
    return [
        SimulatedRoad(road.kind, road.name, line, road.free_speed, road.lanes)
        for road in roads
        if (line := road.line.intersection(terrain.outline)).length > 0.8
    ]


def crossings(roads: list[SimulatedRoad]) -> list[tuple[float, float, SimulatedRoad]]:
    """Return where a large road meets another one: the candidates for an underpass."""
    found = []
    for index, road in enumerate(roads):
        for other in roads[index + 1 :]:
            if road.kind == "street":
                continue
            found += [
                (point.x, point.y, road)
                for point in shapely.get_parts(road.line.intersection(other.line))
                if point.geom_type == "Point"
            ]
    return found


def _rings(seed: int) -> list[SimulatedRoad]:
    limits = ((60.0, 3), (75.0, 3), (95.0, 4))
    roads = []
    for name, radius, (speed, lanes) in zip(names.names_of("roads", "rings"), RINGS, limits, strict=True):
        random = rng.make_generator(seed, "ring", name.en)
        angle = np.linspace(0, 2 * np.pi, 121)
        reach = radius * (
            1 + sum(0.05 / n * random.uniform(-1, 1) * np.sin(n * angle + random.uniform(0, 6)) for n in (2, 3, 4, 5))
        )
        line = CENTRE + np.column_stack([1.22 * reach * np.cos(angle), reach * np.sin(angle)])
        line[-1] = line[0]
        roads.append(SimulatedRoad("ring", name, LineString(line), speed, lanes))
    return roads


def _radials(seed: int) -> list[SimulatedRoad]:
    every = names.names_of("roads", "radials")
    roads = []
    for index, name in enumerate(every):
        random = rng.make_generator(seed, "radial", name.en)
        bearing = 2 * np.pi * (index + random.uniform(-0.18, 0.18)) / len(every) + 0.2
        reach = np.linspace(0.9, 26.0, 80)
        angle = np.pi / 2 - bearing + 0.16 * np.sin(reach / 4.6 + random.uniform(0, 6)) * np.minimum(1, reach / 6)
        line = CENTRE + np.column_stack([1.15 * reach * np.cos(angle), reach * np.sin(angle)])
        roads.append(SimulatedRoad("radial", name, LineString(line), 60.0, 3))
    return roads


def _riverside(terrain: Terrain) -> list[SimulatedRoad]:
    river = terrain.streams[0].line
    roads = []
    for name, distance in zip(names.names_of("roads", "riverside"), (0.42, -0.42), strict=True):
        line = river.offset_curve(distance, join_style="round").simplify(0.02)
        near = shapely.box(-12, -16, 12, 16)
        roads.append(SimulatedRoad("radial", name, line.intersection(near), 50.0, 2))
    return roads


def _streets(seed: int, terrain: Terrain) -> list[SimulatedRoad]:
    """Lines of a grid, bent by slow waves; every second one goes on into the suburbs."""
    random = rng.make_generator(seed, "streets")
    turn, phases = random.uniform(-0.25, 0.25), random.uniform(0, 6, 4)
    water = terrain.water.buffer(0.02)
    every = names.names_of("roads", "streets")
    half = len(every) // 2
    roads = []
    for index, name in enumerate(every):
        across, place = divmod(index, half)
        offset = (place - (half - 1) / 2) * STREET_SPACING
        reach = 9.2 if place % 2 else 5.0
        line = _bent_line(offset, reach, across=bool(across), turn=turn, phases=phases).difference(water)
        parts = [part for part in shapely.get_parts(line) if part.length > 0.7]
        if parts:
            roads.append(SimulatedRoad("street", name, shapely.union_all(parts), 50.0, 2))
    return roads


def _bent_line(offset: float, reach: float, *, across: bool, turn: float, phases: np.ndarray) -> LineString:
    width = np.sqrt(max(reach**2 - offset**2, 0.5))
    along = np.linspace(-width, width, 60)
    flat = np.column_stack([along, np.full_like(along, offset)])
    if across:
        flat = flat[:, ::-1]
    wave = np.column_stack(
        [
            0.45 * np.sin(flat[:, 1] / 2.6 + phases[0]) + 0.18 * np.sin(flat[:, 0] / 1.3 + phases[1]),
            0.45 * np.sin(flat[:, 0] / 2.9 + phases[2]) + 0.18 * np.sin(flat[:, 1] / 1.4 + phases[3]),
        ]
    )
    cos, sin = np.cos(turn), np.sin(turn)
    return LineString(CENTRE + (flat * [1.15, 1.0] + wave) @ np.array([[cos, sin], [-sin, cos]]))
