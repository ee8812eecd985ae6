"""Which stretch of which road a detector measures, and the index that follows."""

import numpy as np
import pandas as pd
import pytest

from cityops.geography.distances import EARTH
from cityops.geography.road_links import Jam, class_of, distances, jams_by_class, lay_links, levels, network_tpi
from cityops.map_features import Layer, MapFeature
from cityops.standards.tables import load_standards
from cityops.standards.tpi import Road

LAT = 31.2
STRAIGHT = [[121.40, LAT], [121.50, LAT]]  # 9.5 km from west to east


def road(kind: str, *points: list[float]) -> MapFeature:
    return MapFeature("road-1", Layer.ROAD, kind, "延安路", {"type": "LineString", "coordinates": list(points)})


def detectors(*places: tuple[float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(places, columns=["lon", "lat"])
    return frame.assign(kind="traffic_detector")


@pytest.mark.parametrize(
    ("kind", "road_class"),
    [("expressway", Road.EXPRESSWAY), ("main", Road.MAIN), ("minor", Road.MINOR), ("ring", Road.EXPRESSWAY),
     ("radial", Road.MAIN), ("street", Road.MINOR), ("lane", Road.MINOR)],
)  # fmt: skip
def test_every_road_has_a_class(kind: str, road_class: Road) -> None:
    assert class_of(kind) is road_class


def test_a_road_is_cut_halfway_between_its_detectors_and_measured_on_the_earth() -> None:
    links = lay_links([road("main", *STRAIGHT)], detectors((121.44, LAT), (121.45, LAT)))
    half = 95.33 * 0.005  # km: half of a hundredth of a degree at this latitude

    assert [link.road for link in links] == [Road.MAIN, Road.MAIN]
    assert [link.km for link in links] == [pytest.approx(1.2 + half, abs=0.01)] * 2


def test_the_detectors_of_several_lanes_share_a_stretch() -> None:
    one = lay_links([road("main", *STRAIGHT)], detectors((121.45, LAT)))
    lanes = lay_links([road("main", *STRAIGHT)], detectors(*[(121.45, LAT + n * 1e-5) for n in range(3)]))

    assert len(lanes) == 3
    assert sum(link.km for link in lanes) == pytest.approx(one[0].km)


@pytest.mark.parametrize(("metres", "on_it"), [(149, True), (152, False)])
@pytest.mark.parametrize("direction", ["north", "east"])
def test_a_detector_counts_within_150_metres_in_every_direction(metres: float, on_it: bool, direction: str) -> None:
    start, azimuth = ((121.45, LAT), 0) if direction == "north" else ((121.50, LAT), 90)
    place = EARTH.fwd(*start, azimuth, metres)[:2]
    found = detectors(place)

    assert bool(lay_links([road("main", *STRAIGHT)], found)) is on_it
    assert distances([road("main", *STRAIGHT)], found)[0] * 1000 == pytest.approx(metres, abs=1)


def test_without_roads_there_are_no_links_and_no_index() -> None:
    assert lay_links([], detectors((121.45, LAT))) == []
    assert distances([], detectors((121.45, LAT))).tolist() == [np.inf]
    assert network_tpi({}, load_standards()) is None


def test_the_index_weighs_classes_by_what_is_driven_and_links_by_their_length() -> None:
    roads = [road("expressway", *STRAIGHT), road("minor", [121.40, 31.3], [121.50, 31.3])]
    links = lay_links(roads, detectors((121.45, LAT), (121.45, 31.3)))
    jams = jams_by_class(links, levels(links, pd.Series({0: 15.0, 1: 50.0})))

    assert jams[Road.EXPRESSWAY].percent == 100
    assert jams[Road.MINOR].percent == 0
    assert network_tpi(jams, load_standards()) == 10.0
    assert network_tpi({Road.MAIN: Jam(100, 8)}, load_standards()) == pytest.approx(4.0)
