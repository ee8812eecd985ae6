"""Places that are none of the city: 0, 0, and what lies far from all else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.devices.outliers import at_null_island, belong_together, is_null_island

NEAR_NANJING = st.tuples(st.floats(117.8, 119.8), st.floats(30.9, 32.9))
FAR_AWAY = st.tuples(st.floats(-170, 110), st.floats(35, 80))


@pytest.mark.parametrize(
    ("lon", "lat", "is_nowhere"),
    [(0, 0, True), (0.009, -0.009, True), (0.01, 0, False), (0, 0.01, False), (0, 31.9, False), (118.8, 0, False)],
)
def test_zero_zero_stands_for_no_place(lon: float, lat: float, is_nowhere: bool) -> None:
    assert is_null_island(lon, lat) is is_nowhere
    assert at_null_island(np.array([lon]), np.array([lat])).tolist() == [is_nowhere]


@given(city=st.lists(NEAR_NANJING, min_size=3), far=st.lists(FAR_AWAY, max_size=2))
def test_what_is_far_from_most_others_is_not_of_the_city(
    city: list[tuple[float, float]], far: list[tuple[float, float]]
) -> None:
    places = np.array([*city, *far, (0.0, 0.0)])

    assert belong_together(places[:, 0], places[:, 1]).tolist() == [True] * len(city) + [False] * (len(far) + 1)


def test_of_two_halves_far_apart_neither_is_the_city() -> None:
    lon, lat = np.array([100.0, 100.0, 120.0, 120.0, 0.0]), np.array([30.0, 30.0, 30.0, 30.0, 0.0])

    assert belong_together(lon, lat).tolist() == [True] * 4 + [False]


@pytest.mark.parametrize(("away", "belongs"), [(3.0, True), (3.01, False)])
def test_three_degrees_from_the_middle_is_the_farthest(away: float, belongs: bool) -> None:
    for lon, lat in (([118.0, 118.0, 118.0 + away], [32.0] * 3), ([118.0] * 3, [32.0, 32.0, 32.0 - away])):
        assert belong_together(np.array(lon), np.array(lat)).tolist() == [True, True, belongs]


@pytest.mark.parametrize("count", [0, 3])
def test_where_nobody_knows_his_place_nothing_is_of_the_city(count: int) -> None:
    assert belong_together(np.zeros(count), np.zeros(count)).tolist() == [False] * count
