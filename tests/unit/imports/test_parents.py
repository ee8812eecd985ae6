import numpy as np
import pytest
import shapely

from cityops.areas import Area, AreaLevel
from cityops.imports.areas.parents import codes_above, find_parents

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]}


def known(*codes: str, level: AreaLevel = AreaLevel.DISTRICT) -> dict[str, Area]:
    return {code: Area(code, code, level) for code in codes}


def parent_of(code: str, areas: dict[str, Area], *, level: AreaLevel = AreaLevel.STREET) -> str | None:
    return find_parents([code], np.array([None], dtype=object), level=level, known=areas)[0]


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("310115", "310100"),  # county of a city
        ("310115", "310000"),  # of a municipality whose 市辖区 is not stored
        ("310115000000", "310000"),
        ("310115001", "310115"),
        ("310115001", "310115000"),
        ("310115001000", "310115"),
        ("320508019044", "320508019"),
        ("320508019044", "320508019000"),
        ("320508019044", "320508000000"),
        ("320508019044003", "320508019044"),  # unit grid, 15 digits
        ("32050801904403", "320508019044"),  # unit grid of CJ/T 213, 14 digits
        ("9901011", "990101"),  # digits of a city's own
    ],
)
def test_the_parent_is_found_by_the_code(code: str, above: str) -> None:
    assert above == parent_of(code, known(above))


@pytest.mark.parametrize(
    ("code", "not_above"),
    [
        ("310115", "310115000000"),  # the same place, longer
        ("310115000000", "310115"),  # the same place, shorter
        ("310115012", "310115010"),  # a sibling
        ("310115", "320000"),
        ("310000", "310000"),
    ],
)
def test_what_is_not_above_is_no_parent(code: str, not_above: str) -> None:
    assert parent_of(code, known(not_above)) is None


def test_the_nearest_of_several_is_the_parent() -> None:
    assert parent_of("320508019044", known("320000", "320500", "320508", "320508019")) == "320508019"


def test_an_area_of_the_same_level_is_no_parent() -> None:
    assert parent_of("310115", known("310100"), level=AreaLevel.DISTRICT) is None


def test_codes_above_ends() -> None:
    assert list(codes_above("31")) == []


def test_a_grid_with_a_code_of_its_own_is_found_by_where_it_lies() -> None:
    areas = {
        "310000": Area("310000", "上海", AreaLevel.CITY, geometry=_scaled(10)),
        "310101": Area("310101", "黄浦", AreaLevel.DISTRICT, geometry=_scaled(2)),
        "310104": Area("310104", "徐汇", AreaLevel.DISTRICT, geometry=_scaled(1)),  # too small: it lies in the grid
    }
    grid = np.array([shapely.box(0, 0, 5, 5)], dtype=object)

    assert find_parents(["777"], grid, level=AreaLevel.GRID, known=areas) == ["310101"]


def test_a_grid_outside_everything_has_no_parent() -> None:
    areas = {"310101": Area("310101", "黄浦", AreaLevel.DISTRICT, geometry=SQUARE)}
    grid = np.array([shapely.box(50, 50, 51, 51)], dtype=object)

    assert find_parents(["777"], grid, level=AreaLevel.GRID, known=areas) == [None]


def _scaled(factor: float) -> dict[str, object]:
    ring = [[x * factor, y * factor] for x, y in [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]]
    return {"type": "Polygon", "coordinates": [ring]}
