"""What lies within so many kilometres of a place."""

import pytest
import shapely
from geopandas import GeoDataFrame

from cityops.geography.distances import EARTH
from cityops.geography.near import near

HERE = (121.47, 31.23)


def at(azimuth: float, km: float) -> shapely.Point:
    lon, lat, _ = EARTH.fwd(*HERE, azimuth, km * 1000)
    return shapely.Point(lon, lat)


def layer(*shapes: shapely.Geometry) -> GeoDataFrame:
    return GeoDataFrame({"name": [str(number) for number in range(len(shapes))]}, geometry=list(shapes), crs=4326)


def test_the_nearest_comes_first_and_what_is_farther_does_not_come() -> None:
    found = near(layer(at(10, 2.9), at(200, 0.4), at(90, 3.1), at(45, 3.05), at(300, 1.2)), *HERE, km=3)

    assert found["name"].tolist() == ["1", "4", "0"]
    assert found["km"].tolist() == pytest.approx([0.4, 1.2, 2.9], rel=1e-3)


def test_of_a_line_the_nearest_point_counts_and_inside_an_area_it_is_no_way() -> None:
    road = shapely.LineString([at(0, 1), at(90, 1)])
    park = shapely.Point(*HERE).buffer(0.01)

    found = near(layer(road, park), *HERE, km=1)

    assert found["name"].tolist() == ["1", "0"]
    assert found["km"].tolist() == pytest.approx([0, 0.7071], rel=1e-3)


def test_nothing_is_near_where_nothing_is() -> None:
    assert near(layer(), *HERE, km=5)["km"].tolist() == []
    assert near(layer(at(0, 6)), *HERE, km=5).empty
