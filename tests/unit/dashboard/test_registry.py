"""Which part of the city a screen shows."""

from dataclasses import replace

import pandas as pd

from cityops.areas import Area, AreaLevel
from dashboard.city.registry import Registry
from tests.unit.dashboard import samples


def elsewhere() -> Registry:
    """The city, and one recorded detector in California."""
    registry = samples.registry()
    far = pd.DataFrame(
        [("773869", "06037", None, "traffic", "traffic_detector", "Loop", -118.3, 34.1)],
        columns=samples.SENSOR_COLUMNS,
    )
    return Registry(registry.areas, registry.features, pd.concat([registry.sensors, far], ignore_index=True))


def test_the_city_leaves_out_sensors_from_elsewhere() -> None:
    assert list(elsewhere().of("").sensors["sensor_id"]) == ["air-1", "air-2", "loop-1"]


def test_an_area_code_shows_its_sensors_at_their_bounds() -> None:
    part = elsewhere().of("06")

    assert list(part.sensors["sensor_id"]) == ["773869"]
    assert part.bounds == (-118.3, 34.1, -118.3, 34.1)


def test_a_sensor_that_came_before_its_area_is_shown_where_it_stands() -> None:
    registry = samples.registry()
    registry.sensors["area_code"] = ["1", "990102", "990101"]

    assert len(registry.of("").sensors) == 3


def test_without_areas_every_sensor_is_shown() -> None:
    assert len(Registry({}, [], elsewhere().sensors).of("").sensors) == 4


def test_the_base_changes_with_the_places_and_not_with_the_statuses() -> None:
    registry = samples.registry()
    moved = samples.registry()
    moved.sensors.loc[0, "lon"] = 119.051

    assert registry.base == registry.with_facts(samples.facts(air_1=600)).base == samples.registry().base
    assert registry.base != moved.base


def test_a_place_is_named_in_both_languages() -> None:
    assert samples.registry().place("990101", "zh") == "望湖区"
    assert samples.registry().place("990101", "en") == "Wanghu"
    assert samples.registry().place("1", "zh") == ""


def test_an_area_that_came_before_its_city_has_its_name_and_so_has_a_grid_alone() -> None:
    areas = {code: replace(area, parent=None) for code, area in samples.registry().areas.items()}
    areas["7"] = Area("7", "七号网格", AreaLevel.GRID, parent="1")
    registry = Registry(areas, [], samples.registry().sensors)

    assert registry.place("990101", "zh") == "望湖区"
    assert registry.place("7", "zh") == "七号网格"


def test_a_sensor_without_a_fix_does_not_widen_the_map_of_a_city_without_areas() -> None:
    sensors = samples.registry().sensors
    home = Registry({}, [], sensors).bounds
    nowhere = sensors.iloc[:1].assign(sensor_id="lost", lon=0.0, lat=0.0)
    far = sensors.iloc[:1].assign(sensor_id="far", lon=-118.3, lat=34.1)

    assert Registry({}, [], pd.concat([sensors, nowhere, far], ignore_index=True)).bounds == home
