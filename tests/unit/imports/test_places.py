import time

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cityops.imports.geometry.places import NOWHERE, smallest_containing


def boxes(*corners: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([shapely.box(*corner) for corner in corners], dtype=object)


def test_the_smallest_of_nested_areas_counts_whatever_their_order() -> None:
    nested = [(0, 0, 10, 10), (4, 4, 6, 6), (3, 3, 7, 7)]
    points = shapely.points([5.0, 3.5, 1, 11], [5.0, 3.5, 1, 11])

    assert smallest_containing(points, boxes(*nested)).tolist() == [1, 2, 0, NOWHERE]
    assert smallest_containing(points, boxes(*reversed(nested))).tolist() == [1, 0, 2, NOWHERE]


def test_a_point_on_a_border_belongs_to_the_first_of_equal_neighbours() -> None:
    found = smallest_containing(shapely.points([1.0], [0.5]), boxes((0, 0, 1, 1), (1, 0, 2, 1)))

    assert found.tolist() == [0]


def test_a_point_in_a_hole_is_outside() -> None:
    ring = shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 6, 6)

    assert smallest_containing(shapely.points([5.0], [5.0]), np.array([ring])).tolist() == [NOWHERE]


def test_no_areas_contain_nothing() -> None:
    assert smallest_containing(shapely.points([5.0], [5.0]), boxes()).tolist() == [NOWHERE]


@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 2), min_size=1, max_size=8),
    st.lists(st.tuples(*[st.integers(0, 3)] * 2, *[st.integers(1, 4)] * 2), max_size=6),
)
def test_it_agrees_with_looking_at_every_pair(
    places: list[tuple[int, int]], areas: list[tuple[int, int, int, int]]
) -> None:
    rectangles = [shapely.box(x, y, x + width, y + height) for x, y, width, height in areas]
    points = shapely.points([float(x) for x, _ in places], [float(y) for _, y in places])
    slowly = [
        min(
            (number for number, polygon in enumerate(rectangles) if polygon.intersects(point)),
            key=lambda number: (rectangles[number].area, number),
            default=NOWHERE,
        )
        for point in points
    ]

    assert slowly == smallest_containing(np.array(points), np.array(rectangles, dtype=object)).tolist()


def test_a_hundred_thousand_sensors_in_five_thousand_areas_take_no_time() -> None:
    """Every pair would be 5·10⁸ tests, minutes of work; the bound is far above what the index needs."""
    rng = np.random.default_rng(7)
    side = 71
    cells = [(x, y, x + 1, y + 1) for x in range(side) for y in range(side)][:5000]
    points = np.array(shapely.points(rng.uniform(0, side, (100_000, 2))))
    started = time.perf_counter()
    found = smallest_containing(points, boxes(*cells))

    assert time.perf_counter() - started < 10
    assert (found != NOWHERE).mean() > 0.95
