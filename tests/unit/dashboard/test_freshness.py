"""A dead sensor never looks healthy, and missing is never zero."""

import pytest

from cityops.catalogue import Catalogue
from dashboard.freshness import is_stale, sensors_now
from tests.unit.dashboard import samples


@pytest.mark.parametrize(("age", "stale"), [(179.9, False), (180, False), (180.1, True)])
def test_a_value_is_stale_after_three_intervals(age: float, stale: bool, catalogue: Catalogue) -> None:
    latest = samples.latest(("air-1", "pm25", 35, age))

    found = sensors_now(samples.registry().sensors, latest, catalogue=catalogue, now=samples.NOW)

    assert stale is is_stale(age, 60)
    assert (not stale) is bool(found.set_index("sensor_id").loc["air-1", "fresh"])


def test_a_sensor_that_never_reported_is_not_fresh(catalogue: Catalogue) -> None:
    found = sensors_now(samples.registry().sensors, samples.latest(), catalogue=catalogue, now=samples.NOW)

    assert not found["fresh"].any()


def test_a_sensor_that_said_goodbye_is_not_fresh_even_with_a_new_value(catalogue: Catalogue) -> None:
    registry = samples.registry().with_statuses({"air-1": "offline"})
    latest = samples.latest(("air-1", "pm25", 35, 1))

    found = sensors_now(registry.sensors, latest, catalogue=catalogue, now=samples.NOW)

    assert not found.set_index("sensor_id").loc["air-1", "fresh"]
