"""Which part of the city a screen shows."""

import pandas as pd

from dashboard.registry import Registry
from tests.unit.dashboard import samples


def elsewhere() -> Registry:
    """The city, and one recorded detector in California."""
    registry = samples.registry()
    far = pd.DataFrame(
        [("773869", "06037", None, "traffic", "traffic_detector", "Loop", -118.3, 34.1, "unknown")],
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

    assert registry.base == registry.with_statuses({"air-1": "offline"}).base == samples.registry().base
    assert registry.base != moved.base


def test_a_place_is_named_in_both_languages() -> None:
    assert samples.registry().place("990101", "zh") == "望湖区"
    assert samples.registry().place("990101", "en") == "Wanghu"
    assert samples.registry().place("1", "zh") == ""
