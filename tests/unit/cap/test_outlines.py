"""Polygons of a message cover the area that is warned, whatever its shape."""

import math
import random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon

from cap.messages.message import Circle, WarnedArea
from cap.messages.outlines import (
    DECIMALS,
    MOST_POINTS,
    MOST_POLYGONS,
    area_shape,
    circle_ring,
    covers,
    map_outline,
    outline,
)
from cityops.geography.distances import distance_km


def star(seed: int, points: int, size: float, roughness: float, lon: float = 121.4, lat: float = 31.2) -> Polygon:
    rng = random.Random(seed)
    angles = sorted(rng.uniform(0, 2 * math.pi) for _ in range(points))
    radii = [size * rng.uniform(1 - roughness, 1) for _ in angles]
    ring = [(lon + r * math.cos(a), lat + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
    return Polygon(ring)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    points=st.integers(3, 300),
    size=st.floats(0.0005, 0.6),
    roughness=st.floats(0, 0.95),
    lat=st.floats(-60, 60),
)
def test_every_outline_covers_its_area(seed: int, points: int, size: float, roughness: float, lat: float) -> None:
    area = shapely.make_valid(star(seed, points, size, roughness, lat=lat))
    rings = outline(area)
    assert covers(rings, area)
    for ring in rings:
        assert 4 <= len(ring) <= MOST_POINTS
        assert ring[0] == ring[-1]
        assert all(round(value, DECIMALS) == value for pair in ring for value in pair)
        assert Polygon(ring).is_valid


def test_ring_of_two_thousand_points() -> None:
    area = star(7, 2000, 0.2, 0.2)
    rings = outline(area)
    assert len(rings) == 1
    assert covers(rings, area)
    assert len(rings[0]) <= MOST_POINTS
    written = " ".join(f"{a},{b}" for a, b in rings[0])
    assert len(written) < 3000


def test_a_simple_district_is_hardly_larger() -> None:
    area = shapely.box(121.0, 31.0, 121.3, 31.2)
    (ring,) = outline(area)
    assert area.area < Polygon([(x, y) for y, x in ring]).area < 1.06 * area.area


def test_parts_are_polygons_of_one_area() -> None:
    area = MultiPolygon([shapely.box(121, 31, 121.2, 31.2), shapely.box(122, 31, 122.1, 31.1)])
    rings = outline(area)
    assert len(rings) == 2
    assert covers(rings, area)


def test_holes_are_warned_too() -> None:
    area = Polygon(shapely.box(121, 31, 121.4, 31.4).exterior, [shapely.box(121.1, 31.1, 121.2, 31.2).exterior])
    (ring,) = outline(area)
    assert covers([ring], shapely.box(121, 31, 121.4, 31.4))
    island = shapely.box(121.14, 31.14, 121.16, 31.16)
    assert len(outline(MultiPolygon([area, island]))) == 1, "an island in a lake is warned with the land around it"


def test_many_islands_are_few_polygons() -> None:
    area = shapely.union_all(
        [shapely.box(x / 10, 31 + y / 10, x / 10 + 0.02, 31.02 + y / 10) for x in range(8) for y in range(8)]
    )
    rings = outline(area)
    assert len(rings) <= MOST_POLYGONS
    assert covers(rings, area)


def test_twelve_islands_are_twelve_polygons_and_one_more_is_with_another() -> None:
    islands = [shapely.box(119 + x, 31, 119.1 + x, 31.1) for x in range(13)]
    assert len(outline(MultiPolygon(islands[:12]))) == 12
    assert len(outline(MultiPolygon(islands))) < 13


def test_as_many_points_as_may_be_are_no_reason_to_be_coarser() -> None:
    area = star(7, 300, 0.2, 0.2)
    (ring,) = outline(area)
    assert outline(area, most_points=len(ring)) == [ring]
    (coarser,) = outline(area, most_points=len(ring) - 1)
    assert len(coarser) < len(ring)


def test_a_map_draws_four_hundred_corners_as_they_are_and_more_as_an_outline() -> None:
    rings = [[(121 + math.cos(a) / 9, 31 + math.sin(a) / 9) for a in np.linspace(0, 6.28, n)] for n in (399, 400)]
    small, large = map(Polygon, rings)  # closed: one corner more
    assert map_outline(small) == shapely.to_geojson(small)
    drawn = shapely.from_geojson(map_outline(large) or "")
    assert drawn.covers(large)
    assert shapely.get_num_coordinates(drawn) <= 100
    assert map_outline(Polygon()) is None


def test_a_ring_that_crosses_itself_is_covered() -> None:
    area = Polygon([(121, 31), (121.2, 31.2), (121.2, 31), (121, 31.2)])
    assert covers(outline(area), shapely.make_valid(area))


def test_nothing_has_no_outline() -> None:
    assert outline(Polygon()) == []


@pytest.mark.parametrize("radius", [0.5, 10, 100])
def test_a_circle_becomes_a_ring_around_it(radius: float) -> None:
    ring = circle_ring(Circle((31.2, 121.5), radius))
    assert ring[0] == ring[-1]
    shape = area_shape(WarnedArea("x", (), (Circle((31.2, 121.5), radius),)))
    for bearing in range(0, 360, 3):
        inner = math.radians(bearing)
        east, north = 0.999 * radius * math.sin(inner) / 95.4, 0.999 * radius * math.cos(inner) / 110.9
        if distance_km(121.5, 31.2, 121.5 + east, 31.2 + north) < radius:
            assert shape.covers(shapely.Point(121.5 + east, 31.2 + north))
    assert max(float(distance_km(121.5, 31.2, x, y)) for y, x in ring) < 1.01 * radius
