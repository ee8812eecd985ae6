"""Distances on the ground, against geodesics and lengths that are known."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cityops.geography.distances import EARTH, LocalPlane, box_around, circle, distance_km, km_a_degree, length_km

offsets = st.floats(-0.5, 0.5)


def test_a_degree_is_as_long_as_the_earth_has_it() -> None:
    east, north = km_a_degree(30)

    assert (float(east), float(north)) == pytest.approx((96.4862, 110.8524), abs=1e-3)
    assert length_km(shapely.LineString([(119, 30), (119, 31)])) == pytest.approx(110.861, abs=1e-3)


@given(st.floats(-60, 60), offsets, offsets)
def test_within_a_city_a_distance_is_that_of_the_geodesic(lat: float, east: float, north: float) -> None:
    exact = EARTH.inv(119, lat, 119 + east, lat + north)[2] / 1000

    assert float(distance_km(119, lat, 119 + east, lat + north)) == pytest.approx(exact, rel=1e-4, abs=1e-6)
    assert distance_km(119, lat, 119 + east, lat + north) == distance_km(119 + east, lat + north, 119, lat)


def test_many_places_are_held_against_one_or_each_against_each() -> None:
    lons, lats = np.array([119.0, 119.1, 119.0]), np.array([30.0, 30.0, 30.1])
    each = distance_km(lons[:, None], lats[:, None], lons, lats)

    assert distance_km(119, 30, lons, lats).tolist() == each[0].tolist()
    assert each.shape == (3, 3)
    assert distance_km(119, 30, [], []).shape == (0,)


def test_a_circle_has_its_radius_in_every_direction() -> None:
    lons, lats = np.array(circle(119.0, 30.0, 3.0).exterior.coords).T

    assert distance_km(119.0, 30.0, lons, lats) == pytest.approx(3.0, rel=1e-4)


def test_a_box_holds_its_circle_and_little_more() -> None:
    inner, outer = circle(119.0, 30.0, 3.0), shapely.box(*box_around(119.0, 30.0, 3.0))

    assert outer.buffer(1e-5).covers(inner)
    assert inner.area / outer.area == pytest.approx(np.pi / 4, rel=0.01)


def test_a_plane_keeps_lengths_and_gives_places_back() -> None:
    line = shapely.LineString([(118.9, 30.9), (119.0, 31.0), (119.2, 31.1)])
    plane = LocalPlane.around([30.9, 31.1])

    assert plane.flatten(line).length == pytest.approx(length_km(line), rel=1e-3)
    assert plane.points([119.0], [31.0])[0].distance(plane.flatten(line)) == pytest.approx(0, abs=1e-9)
    assert np.array(plane.unflatten(plane.flatten(line)).coords) == pytest.approx(np.array(line.coords), abs=1e-9)
