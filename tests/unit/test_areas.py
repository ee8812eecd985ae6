import pytest

from cityops.areas import Area, AreaLevel, ancestors, district_of, parents_first

CITY = Area("990100", "云港", AreaLevel.CITY)
DISTRICT = Area("990101", "滨江", AreaLevel.DISTRICT, parent="990100")
GRID = Area("777", "综合网格", AreaLevel.GRID, parent="990101")  # above the community, below the district
COMMUNITY = Area("990101001001", "江畔", AreaLevel.COMMUNITY, parent="777")
TREE = {area.code: area for area in (COMMUNITY, GRID, DISTRICT, CITY)}


def test_ancestors_come_nearest_first() -> None:
    assert ancestors(TREE, "990101001001") == ["777", "990101", "990100"]


@pytest.mark.parametrize("code", ["990100", "unknown"])
def test_the_top_and_the_unknown_have_no_ancestors(code: str) -> None:
    assert ancestors(TREE, code) == []


def test_a_ring_of_parents_ends() -> None:
    ring = {"1": Area("1", "a", AreaLevel.GRID, parent="2"), "2": Area("2", "b", AreaLevel.GRID, parent="1")}

    assert ancestors(ring, "1") == ["2", "1"]


@pytest.mark.parametrize(
    ("code", "district"), [("990101001001", "990101"), ("990101", "990101"), ("990100", None), ("unknown", None)]
)
def test_the_district_of_an_area(code: str, district: str | None) -> None:
    assert district == district_of(TREE, code)


def test_parents_come_first() -> None:
    assert parents_first(TREE.values()) == [CITY, DISTRICT, GRID, COMMUNITY]
