"""What stands in an area is cut from the registry once, and again when the registry is another."""

from dashboard.live import area_parts
from dashboard.live.area_parts import AreaParts, list_districts
from tests.unit.dashboard import samples


def test_a_part_is_cut_once_for_each_registry() -> None:
    parts, registry, following = AreaParts(), samples.registry(), samples.registry()
    (district, *_) = [area["code"] for area in list_districts(registry)]

    part = parts.of(registry, district)

    assert set(part.sensors["area_code"].str.startswith(district)) == {True}
    assert parts.of(registry, district) is part
    assert parts.of(following, district) is not part
    assert parts.of(following, "").sensors.equals(following.sensors)


def test_addresses_with_many_areas_fill_no_memory() -> None:
    parts, registry = AreaParts(), samples.registry()
    for number in range(area_parts.MOST_PARTS):
        parts.of(registry, f"no area {number}")

    first, again = (parts.of(registry, "one more") for _ in range(2))

    assert first is not again
    assert parts.of(registry, "no area 0") is parts.of(registry, "no area 0")


def test_districts_are_listed_by_name_in_both_languages() -> None:
    listed = list_districts(samples.registry())

    assert listed == [
        {"code": "990102", "zh": "东港区", "en": "Donggang"},
        {"code": "990101", "zh": "望湖区", "en": "Wanghu"},
    ]
