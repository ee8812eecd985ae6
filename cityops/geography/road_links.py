"""Stretches of road, each judged by the detector that stands on it, and the traffic index of many. Pure.

The one home of the index: pages, the wall and alerts ask here, so that they cannot differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, mapping, shape
from shapely.ops import substring

from cityops.geography.distances import LocalPlane, length_km
from cityops.map_features import Layer, MapFeature
from cityops.standards import tpi
from cityops.standards.tables import Standards
from cityops.standards.tpi import Road

if TYPE_CHECKING:
    import pandas as pd

KIND = "traffic_detector"
REACH = 1.2  # km: how far from a detector its speed may speak for the road
ON_ROAD = 0.15  # km between a detector and the road it measures
JAMMED = 5  # the level of a link that counts for the index
_ONE_PLACE = 0.02  # km: the lanes of a road
_SIMULATED = {"ring": Road.EXPRESSWAY, "radial": Road.MAIN}  # what the simulated city calls its roads


def class_of(kind: str) -> Road:
    """Return the class of a road of the map: its kind, if it is one; what has no class is a minor road."""
    return Road(kind) if kind in set(Road) else _SIMULATED.get(kind, Road.MINOR)


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of road. `position` is the place of its detector among the sensors; detectors at one place share it."""

    position: int
    road: Road
    km: float
    geometry: dict[str, Any]  # GeoJSON LineString


@dataclass(frozen=True, slots=True)
class Jam:
    """The length of the measured links of one class of road, and of those at level 5. Kilometres."""

    km: float = 0.0
    jammed_km: float = 0.0

    def __add__(self, other: "Jam") -> "Jam":
        """Return both lengths together."""
        return Jam(self.km + other.km, self.jammed_km + other.jammed_km)

    @property
    def percent(self) -> float:
        """The jammed share."""
        return 100 * self.jammed_km / self.km


def lay_links(features: Iterable[MapFeature], sensors: "pd.DataFrame") -> list[Link]:
    """Cut the roads halfway between their detectors. A road without a detector has no link: nobody knows.

    `sensors` has the columns kind, lon and lat. A detector farther than ON_ROAD from every road has no link either.
    """
    roads = [(feature, line) for feature in features if feature.layer is Layer.ROAD for line in _lines(feature)]
    detectors = np.flatnonzero(sensors["kind"] == KIND)
    if not roads or not len(detectors):
        return []
    lons, lats = sensors["lon"].to_numpy()[detectors], sensors["lat"].to_numpy()[detectors]
    plane = LocalPlane.around(lats)
    points = plane.points(lons, lats)
    flat = [plane.flatten(line) for _, line in roads]
    chosen, nearest = shapely.STRtree(flat).query_nearest(points, max_distance=ON_ROAD, all_matches=False)
    by_road: dict[int, list[tuple[float, int]]] = {}
    for point, road in zip(chosen, nearest, strict=True):
        along = flat[road].project(points[point])
        by_road.setdefault(int(road), []).append((float(along), int(detectors[point])))
    return [
        Link(position, class_of(roads[road][0].kind), length_km(piece) / len(positions), mapping(piece))
        for road, stops in by_road.items()
        for positions, flat_piece in _cut(flat[road], sorted(stops))
        for piece in [plane.unflatten(flat_piece)]
        for position in positions
    ]


def distances(features: Iterable[MapFeature], sensors: "pd.DataFrame") -> npt.NDArray[np.float64]:
    """Return how far each sensor is from the nearest road, km; infinite where there are no roads."""
    lines = [line for feature in features if feature.layer is Layer.ROAD for line in _lines(feature)]
    found = np.full(len(sensors), np.inf)
    if lines and len(sensors):
        plane = LocalPlane.around(sensors["lat"])
        points = plane.points(sensors["lon"], sensors["lat"])
        tree = shapely.STRtree([plane.flatten(line) for line in lines])
        (position, _), far = tree.query_nearest(points, return_distance=True, all_matches=False)
        found[position] = far
    return found


def speeds_of(values: "pd.DataFrame", key: str) -> "pd.Series[float]":
    """Return the newest speeds (km/h) where vehicles are seen, by the column `key`.

    `values` has metric and value. A speed of 0 is one where flow or occupancy show vehicles, that stand; else the road
    is empty and has none.
    """
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    numbers, metrics = values.set_index(key)["value"], values["metric"]
    of = {name: numbers[(metrics == name).to_numpy()] for name in ("speed", "flow", "occupancy")}
    beside = pd.DataFrame({name: of[name].reindex(of["speed"].index) for name in ("flow", "occupancy")}).fillna(0.0)
    return of["speed"][(of["speed"] > 0) | (beside > 0).any(axis=1)]


def levels(links: list[Link], speeds: "pd.Series[float]") -> dict[int, int]:
    """Return the level (1 free to 5 jammed) of each link whose detector has a fresh speed, by detector.

    `speeds` (km/h) is indexed by the position of the sensor; see speeds_of.
    """
    known = {place: speed for place, speed in zip(speeds.index.tolist(), speeds.tolist(), strict=True) if speed >= 0}
    return {
        link.position: tpi.link_level(link.road, known[link.position]).number
        for link in links
        if link.position in known
    }


def city_tpi(links: list[Link], found: Mapping[int, int], standards: Standards) -> float | None:
    """Return the traffic performance index of some links, 0 (free) to 10; None when no level is known."""
    return network_tpi(jams_by_class(links, found), standards)


def network_tpi(jams: Mapping[Road, Jam], standards: Standards) -> float | None:
    """Return the index of what is jammed by class of road; None when no link is known."""
    if not jams:
        return None
    shares = {road.value: jam.percent for road, jam in jams.items()}
    return float(tpi.index(tpi.jammed_share(shares, standards.tpi.driven), standards))


def jams_by_class(links: list[Link], found: Mapping[int, int]) -> dict[Road, Jam]:
    """Return, for each class of road with a known link, how much of it is heavily congested."""
    return add_jams((link.road, link.km, found[link.position]) for link in links if link.position in found)


def add_jams(known: Iterable[tuple[Road, float, int]]) -> dict[Road, Jam]:
    """Return the jam of each class from the class, the length (km) and the level (1 to 5) of links."""
    lengths: dict[Road, float] = defaultdict(float)
    jammed: dict[Road, float] = defaultdict(float)
    for road, km, level in known:
        lengths[road] += km
        if level == JAMMED:
            jammed[road] += km
    return {road: Jam(km, jammed[road]) for road, km in lengths.items()}


def _lines(feature: MapFeature) -> Iterator[LineString]:
    for part in shapely.get_parts(shape(feature.geometry)):
        if isinstance(part, LineString):
            yield part


def _cut(line: LineString, stops: list[tuple[float, int]]) -> Iterator[tuple[list[int], LineString]]:
    """Yield the piece of a line (km) around each place with detectors, no longer than REACH on either side.

    Detectors of several lanes stand at one place: they share its piece.
    """
    places: list[tuple[float, list[int]]] = []
    for along, position in stops:
        if places and along - places[-1][0] <= _ONE_PLACE:
            places[-1][1].append(position)
        else:
            places.append((along, [position]))
    for number, (along, positions) in enumerate(places):
        start = max(along - REACH, (along + places[number - 1][0]) / 2 if number else 0.0)
        end = min(along + REACH, (along + places[number + 1][0]) / 2 if number + 1 < len(places) else line.length)
        piece = substring(line, start, end)
        if isinstance(piece, LineString) and piece.length > 0:
            yield positions, piece
