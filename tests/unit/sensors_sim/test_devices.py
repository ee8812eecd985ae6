from collections import Counter

import numpy as np
import pytest
import shapely

from cityops.catalogue import Catalogue
from sensors_sim.fleet.devices import KINDS, place_devices, share_kinds
from sensors_sim.land.city import CityLand, make_city
from sensors_sim.land.plane import area_shape


def test_ten_times_more_sensors_disturb_none(city: CityLand, catalogue: Catalogue) -> None:
    few = place_devices(city, catalogue, 100)
    many = place_devices(city, catalogue, 1000)

    for kind, fleet in few.items():
        assert many[kind].sensors[: len(fleet)] == fleet.sensors
        for name in fleet.sites.__slots__:
            expected, actual = getattr(fleet.sites, name), getattr(many[kind].sites, name)[: len(fleet)]
            assert np.array_equal(expected, actual), name


def test_another_seed_places_them_elsewhere(city: CityLand, catalogue: Catalogue) -> None:
    ours = place_devices(city, catalogue, 32)["gas_detector"].sensors
    theirs = place_devices(make_city(8), catalogue, 32)["gas_detector"].sensors

    assert [(s.lon, s.lat) for s in ours] != [(s.lon, s.lat) for s in theirs]


def test_every_sensor_stands_inside_its_area(city: CityLand, catalogue: Catalogue) -> None:
    shapes = {area.code: area_shape(area) for area in city.grids}
    for fleet in place_devices(city, catalogue, 1000).values():
        for sensor in fleet.sensors:
            assert shapes[sensor.area].intersects(shapely.Point(sensor.lon, sensor.lat)), sensor


@pytest.mark.parametrize(("count", "kinds"), [(24, 16), (16, 16), (12, 12), (500, 16)])
def test_few_sensors_already_show_many_kinds(city: CityLand, catalogue: Catalogue, count: int, kinds: int) -> None:
    fleets = place_devices(city, catalogue, count)
    domains = {sensor.domain for fleet in fleets.values() for sensor in fleet.sensors}

    assert len(fleets) == kinds
    assert sum(map(len, fleets.values())) == count
    assert len(domains) == 3 or count < 16


def test_kinds_come_in_proportion_to_their_weights() -> None:
    counts = Counter(share_kinds(KINDS, 10_000))
    total = sum(kind.weight for kind in KINDS.values())

    for name, kind in KINDS.items():
        assert counts[name] == pytest.approx(10_000 * kind.weight / total, abs=2)


def test_ids_and_names_are_unique(city: CityLand, catalogue: Catalogue) -> None:
    sensors = [sensor for fleet in place_devices(city, catalogue, 1000).values() for sensor in fleet.sensors]

    assert len({sensor.sensor_id for sensor in sensors}) == 1000
    assert len({(sensor.kind, sensor.name) for sensor in sensors}) == 1000


def test_river_gauges_stand_in_water_and_gas_detectors_do_not(city: CityLand, catalogue: Catalogue) -> None:
    fleets = place_devices(city, catalogue, 500)
    wet = {
        kind: shapely.contains_xy(city.terrain.water, fleets[kind].sites.x, fleets[kind].sites.y)
        for kind in ("river_gauge", "gas_detector", "manhole", "hydrant")
    }

    assert wet.pop("river_gauge").all()
    assert not np.concatenate(list(wet.values())).any()
