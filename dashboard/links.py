"""Stretches of road, each judged by the detector that stands on it. Pure."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, mapping, shape
from shapely.ops import substring

from cityops.areas import Layer, MapFeature
from cityops.standards import tpi
from cityops.standards.tables import Standards
from cityops.standards.tpi import Road

KIND = "traffic_detector"
REACH = 1.2  # km: how far from a detector its speed may speak for the road
ON_ROAD = 0.15  # km between a detector and the road it measures
KM_A_DEGREE = 111.2
CLASSES = {"ring": Road.EXPRESSWAY, "radial": Road.MAIN}  # other kinds are minor roads


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of road. `position` is the place of its detector among the sensors."""

    position: int
    road: Road
    km: float
    geometry: dict[str, Any]  # GeoJSON LineString


@dataclass(frozen=True, slots=True)
class Jam:
    """The length of the measured links of one class of road, and of those at level 5. Kilometres."""

    km: float
    jammed_km: float

    @property
    def percent(self) -> float:
        """The jammed share."""
        return 100 * self.jammed_km / self.km


def lay_links(features: list[MapFeature], sensors: pd.DataFrame) -> list[Link]:
    """Cut the roads halfway between their detectors. A road without a detector has no link: nobody knows."""
    roads = [(feature, line) for feature in features if feature.layer is Layer.ROAD for line in _lines(feature)]
    detectors = np.flatnonzero(sensors["kind"] == KIND)
    if not roads or not len(detectors):
        return []
    points = np.asarray(shapely.points(sensors["lon"].to_numpy()[detectors], sensors["lat"].to_numpy()[detectors]))
    tree = shapely.STRtree([line for _, line in roads])
    chosen, nearest = tree.query_nearest(points, max_distance=ON_ROAD / KM_A_DEGREE, all_matches=False)
    by_road: dict[int, list[tuple[float, int]]] = {}
    for point, road in zip(chosen, nearest, strict=True):
        along = roads[road][1].project(points[point])
        by_road.setdefault(int(road), []).append((float(along), int(detectors[point])))
    return [link for road, stops in by_road.items() for link in _cut(*roads[road], sorted(stops))]


def levels(links: list[Link], speeds: "pd.Series[float]") -> dict[int, int]:
    """Return the level (1 free to 5 jammed) of each link whose detector has a fresh speed, by detector.

    `speeds` (km/h) is indexed by the position of the sensor. A speed of 0 says that nothing drove.
    """
    known = {place: speed for place, speed in zip(speeds.index.tolist(), speeds.tolist(), strict=True) if speed > 0}
    return {
        link.position: tpi.link_level(link.road, known[link.position]).number
        for link in links
        if link.position in known
    }


def city_tpi(links: list[Link], found: Mapping[int, int], standards: Standards) -> float | None:
    """Return the traffic performance index of some links, 0 (free) to 10; None when no level is known."""
    jams = jams_by_class(links, found)
    if not jams:
        return None
    shares = {road.value: jam.percent for road, jam in jams.items()}
    return float(tpi.index(tpi.jammed_share(shares, standards.tpi.driven), standards))


def jams_by_class(links: list[Link], found: Mapping[int, int]) -> dict[Road, Jam]:
    """Return, for each class of road with a known link, how much of it is heavily congested."""
    jams: dict[Road, Jam] = {}
    for link in links:
        level = found.get(link.position)
        if level is not None:
            before = jams.get(link.road, Jam(0.0, 0.0))
            jams[link.road] = Jam(before.km + link.km, before.jammed_km + (link.km if level == 5 else 0.0))
    return jams


def _lines(feature: MapFeature) -> Iterator[LineString]:
    for part in shapely.get_parts(shape(feature.geometry)):
        if isinstance(part, LineString):
            yield part


def _cut(feature: MapFeature, line: LineString, stops: list[tuple[float, int]]) -> Iterator[Link]:
    """Yield one link around each detector of a line, no longer than its reach on either side."""
    reach = REACH / KM_A_DEGREE
    for number, (along, position) in enumerate(stops):
        start = max(along - reach, (along + stops[number - 1][0]) / 2 if number else 0.0)
        end = min(along + reach, (along + stops[number + 1][0]) / 2 if number + 1 < len(stops) else line.length)
        piece = substring(line, start, end)
        if isinstance(piece, LineString) and piece.length > 0:
            road = CLASSES.get(feature.kind, Road.MINOR)
            yield Link(position, road, _kilometres(piece), mapping(piece))


def _kilometres(line: LineString) -> float:
    lons, lats = np.array(line.coords)[:, 0], np.array(line.coords)[:, 1]
    shrink = math.cos(math.radians(float(lats.mean())))
    return float(np.hypot(np.diff(lons) * shrink, np.diff(lats)).sum() * KM_A_DEGREE)
