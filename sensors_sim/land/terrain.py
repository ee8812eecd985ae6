"""The land before the city: a meandering river with tributaries, lakes, hills and parks. In km."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from cityops.catalogue import Names
from sensors_sim import rng
from sensors_sim.land import names

HALF_WIDTH = 0.16  # of the river where it enters, km; it grows downstream
EAST = 34.0  # the river is drawn this far from the centre, well outside the city


@dataclass(frozen=True, slots=True)
class Stream:
    """A river or a tributary: its centre line in the direction of flow and the water it covers."""

    name: Names
    line: LineString
    water: BaseGeometry


@dataclass(frozen=True, slots=True)
class Patch:
    """A named piece of land or water."""

    kind: str
    name: Names
    shape: Polygon


@dataclass(frozen=True)
class Terrain:
    """Everything that nature made. The first stream is the river; the others flow into it."""

    outline: Polygon
    streams: list[Stream]
    lakes: list[Patch]
    parks: list[Patch]
    industry: list[Patch]

    @cached_property
    def water(self) -> BaseGeometry:
        """All water as one shape."""
        return shapely.union_all([*(s.water for s in self.streams), *(lake.shape for lake in self.lakes)])

    def north_of_river(self, points: np.ndarray) -> np.ndarray:
        """Return for each of (n, 2) points whether it lies on the northern bank."""
        river = np.array(self.streams[0].line.coords)
        return np.asarray(points[:, 1] > np.interp(points[:, 0], river[:, 0], river[:, 1]))


def make_terrain(seed: int) -> Terrain:
    """Make the land from the seed."""
    outline = make_blob(seed, "outline", (0, 0), (21.0, 15.5), wobble=0.10)
    river = _river(seed)
    streams = [river, *_tributaries(seed, river.line)]
    flowing = shapely.union_all([stream.water for stream in streams])
    lakes = [Patch("lake", lake.name, _largest(lake.shape.difference(flowing.buffer(0.15)))) for lake in _lakes(seed)]
    return Terrain(outline, streams, lakes, _parks(seed, flowing, lakes), _industry(seed, flowing))


def make_blob(
    seed: int, name: str, centre: tuple[float, float], radii: tuple[float, float], *, wobble: float = 0.18
) -> Polygon:
    """Return a round shape with an uneven edge: low harmonics with random phases."""
    random = rng.make_generator(seed, "blob", name)
    angle = np.linspace(0, 2 * np.pi, 97)[:-1]
    radius = np.ones_like(angle)
    for harmonic in range(2, 8):
        radius += (
            wobble / harmonic**0.6 * random.uniform(-1, 1) * np.sin(harmonic * angle + random.uniform(0, 2 * np.pi))
        )
    return Polygon(
        np.column_stack([centre[0] + radii[0] * radius * np.cos(angle), centre[1] + radii[1] * radius * np.sin(angle)])
    )


def _river(seed: int) -> Stream:
    """The river comes from the west, bends past the centre on its south and leaves to the east."""
    random = rng.make_generator(seed, "river")
    east = np.linspace(-EAST, EAST, 400)
    waves = [(2.3, 6.3), (0.9, 2.7), (0.22, 1.1)]  # amplitude and length / 2 pi, km
    north = sum(size * np.sin(east / length + random.uniform(0, 2 * np.pi)) for size, length in waves)
    north += -1.9 - np.interp(0, east, north) - 0.03 * east
    line = LineString(np.column_stack([east, north]))
    return Stream(Names(*names.load_names()["water"]["river"]), line, _widen(line, HALF_WIDTH, 2.1 * HALF_WIDTH))


def _tributaries(seed: int, river: LineString) -> list[Stream]:
    sources = [(-12.0, 19.0, 0.40), (15.0, 18.0, 0.60), (7.0, -20.0, 0.535)]  # x, y, where it meets the river
    streams = []
    for name, (x, y, share) in zip(names.names_of("water", "tributaries"), sources, strict=True):
        mouth = river.interpolate(share, normalized=True)
        line = _wander(seed, name.en, (x, y), (mouth.x, mouth.y))
        streams.append(Stream(name, line, _widen(line, 0.04, 0.10)))
    return streams


def _wander(seed: int, name: str, start: tuple[float, float], end: tuple[float, float]) -> LineString:
    """Return a line from start to end that swings to both sides on its way."""
    random = rng.make_generator(seed, "wander", name)
    share = np.linspace(0, 1, 120)
    along = np.array(end) - np.array(start)
    sideways = np.array([-along[1], along[0]])
    swing = sum(
        size * np.sin(2 * np.pi * count * share + random.uniform(0, 2 * np.pi))
        for size, count in ((0.07, 1.3), (0.035, 3.4), (0.012, 8.1))
    )
    swing = np.asarray(swing) * np.minimum(1, 4 * np.minimum(share, 1 - share))
    return LineString(np.array(start) + share[:, None] * along + swing[:, None] * sideways)


def _widen(line: LineString, start: float, end: float) -> BaseGeometry:
    """Return the water of a stream whose half width grows from start to end (km)."""
    points = np.array(line.coords)
    width = np.linspace(start, end, len(points))
    pieces = [LineString(points[i : i + 2]).buffer(width[i], quad_segs=3) for i in range(len(points) - 1)]
    return shapely.union_all(pieces).simplify(0.02)


def _lakes(seed: int) -> list[Patch]:
    places = [((-9.5, 6.5), (1.9, 1.3)), ((5.2, 4.0), (0.75, 0.45)), ((1.5, -9.0), (1.2, 0.8)),
              ((-3.8, 1.6), (0.5, 0.3)), ((12.5, -6.5), (0.9, 0.55))]  # fmt: skip
    return [
        Patch("lake", name, make_blob(seed, name.en, _near(seed, name.en, centre), radii))
        for name, (centre, radii) in zip(names.names_of("water", "lakes"), places, strict=True)
    ]


def _parks(seed: int, flowing: BaseGeometry, lakes: list[Patch]) -> list[Patch]:
    places = [((1.2, 1.7), (0.7, 0.5)), ((12.0, 9.5), (3.4, 2.6)), ((-9.0, 4.4), (2.1, 1.0)),
              ((5.9, 3.3), (0.9, 0.6)), ((-4.4, -5.0), (0.8, 0.6)), ((-16.0, -2.2), (2.6, 1.7)),
              ((2.8, -10.8), (3.0, 1.7)), ((-1.9, 3.6), (0.45, 0.35)), ((-0.6, 9.3), (1.2, 0.9))]  # fmt: skip
    water = shapely.union_all([flowing, *(lake.shape for lake in lakes)])
    parks = []
    for name, (centre, radii) in zip(names.names_of("green", "parks"), places, strict=True):
        shape = make_blob(seed, name.en, _near(seed, name.en, centre), radii).difference(water.buffer(0.03))
        parks.append(Patch("park", name, _largest(shape)))
    return parks


def _industry(seed: int, flowing: BaseGeometry) -> list[Patch]:
    places = [((14.2, -0.6), (2.7, 1.7)), ((9.5, -8.8), (1.8, 1.3))]
    return [
        Patch("industrial", name, _largest(make_blob(seed, name.en, centre, radii, wobble=0.1).difference(flowing)))
        for name, (centre, radii) in zip(names.names_of("zone", "industrial"), places, strict=True)
    ]


def _largest(shape: BaseGeometry) -> Polygon:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area)


def _near(seed: int, name: str, centre: tuple[float, float]) -> tuple[float, float]:
    """Move a centre a little, so that another seed gives another city."""
    shift = rng.make_generator(seed, "near", name).uniform(-0.6, 0.6, 2)
    moved = Point(centre[0] + shift[0], centre[1] + shift[1])
    return moved.x, moved.y
