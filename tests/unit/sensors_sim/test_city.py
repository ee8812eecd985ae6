import msgspec
import pytest
import shapely

from cityops.areas import Area, AreaLevel, ancestors
from cityops.map_features import Layer
from sensors_sim.land.city import CityLand, make_city
from sensors_sim.land.plane import area_shape


def of_level(city: CityLand, level: AreaLevel) -> list[Area]:
    return [area for area in city.areas if area.level is level]


def test_same_seed_gives_the_same_bytes(city: CityLand) -> None:
    again = make_city(7)

    assert msgspec.json.encode(city.areas) == msgspec.json.encode(again.areas)
    assert msgspec.json.encode(city.features) == msgspec.json.encode(again.features)


def test_another_seed_gives_another_city(city: CityLand) -> None:
    other = make_city(8)

    assert msgspec.json.encode(city.areas) != msgspec.json.encode(other.areas)
    assert msgspec.json.encode(city.features) != msgspec.json.encode(other.features)


@pytest.mark.parametrize("seed", [7, 8, 2026])
def test_areas_of_a_level_tile_their_parent(seed: int) -> None:
    """No gaps and no overlaps: the pieces sum to the whole, and the whole is their union."""
    city = make_city(seed)
    for parent in city.areas:
        children = [area_shape(area) for area in city.areas if area.parent == parent.code]
        if children:
            whole, union = area_shape(parent), shapely.union_all(children)

            assert whole.symmetric_difference(union).area < 1e-12
            assert sum(child.area for child in children) == pytest.approx(whole.area, rel=1e-9)


def test_every_area_is_valid_and_in_one_piece(city: CityLand) -> None:
    shapes = [area_shape(area) for area in city.areas]

    assert {(shape.geom_type, shape.is_valid) for shape in shapes} == {("Polygon", True)}


def test_the_tree_has_the_expected_levels_and_codes(city: CityLand) -> None:
    by_code = {area.code: area for area in city.areas}

    assert len(of_level(city, AreaLevel.DISTRICT)) == 9
    assert 45 <= len(of_level(city, AreaLevel.STREET)) <= 90
    assert 250 <= len(of_level(city, AreaLevel.COMMUNITY)) <= 400
    assert len(by_code) == len(city.areas)
    for community in of_level(city, AreaLevel.COMMUNITY):
        street, district, top = ancestors(by_code, community.code)
        assert community.code.startswith(street)
        assert street.startswith(district)
        assert top == "990100"
    for grid in of_level(city, AreaLevel.GRID):
        assert grid.code[:-3] == grid.parent
        assert by_code[grid.parent].level is AreaLevel.COMMUNITY


def test_names_are_unique_within_a_level_in_both_languages(city: CityLand) -> None:
    for level in (AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID):
        areas = of_level(city, level)

        assert len({area.name for area in areas}) == len(areas)
        assert len({area.name_en for area in areas}) == len(areas)


def test_the_map_has_every_layer_and_valid_shapes(city: CityLand) -> None:
    kinds = {(feature.layer, feature.kind) for feature in city.features}

    assert {layer for layer, _ in kinds} == set(Layer)
    assert {"river", "lake", "park", "industrial", "ring", "radial", "street"} <= {kind for _, kind in kinds}
    assert {"hospital", "school", "station", "shelter", "fire_station"} <= {kind for _, kind in kinds}
    for feature in city.features:
        assert shapely.geometry.shape(feature.geometry).is_valid
        assert feature.name
        assert feature.name_en


def test_tributaries_end_in_the_river(city: CityLand) -> None:
    river, *tributaries = city.terrain.streams

    assert [stream.water.intersects(river.water) for stream in tributaries] == [True] * 3
