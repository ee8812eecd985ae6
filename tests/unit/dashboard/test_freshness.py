"""A dead sensor never looks healthy, and missing is never zero."""

from typing import Any

import pandas as pd
import pytest

from cityops.readings import Quality
from dashboard.city.freshness import sensors_now, values_now
from dashboard.city.registry import Registry
from tests.unit.dashboard import samples


def known(registry: Registry, latest: pd.DataFrame) -> dict[Any, Any]:
    """Return what is known of air-1."""
    sensors = sensors_now(registry.sensors, latest, registry.locator.locate(latest), now=samples.NOW)
    return sensors.set_index("sensor_id").to_dict("index")["air-1"]


def is_fresh(registry_heard: float, age: float, *, skew: float = float("nan")) -> tuple[bool, bool]:
    """Whether air-1 and its value are fresh, heard so many seconds ago with a value of this age."""
    facts = samples.facts(air_1=registry_heard).assign(clock_skew_seconds=skew)
    latest = samples.latest(("air-1", "pm25", 35, age))
    registry = samples.registry().with_facts(facts)
    places = registry.locator.locate(latest)
    sensors = sensors_now(registry.sensors, latest, places, now=samples.NOW)
    value = values_now(latest, places, sensors, now=samples.NOW).iloc[0]
    return bool(sensors.set_index("sensor_id").loc["air-1", "fresh"]), bool(value["fresh"])


@pytest.mark.parametrize(("age", "fresh"), [(179.9, True), (180, True), (180.1, False)])
def test_a_sensor_and_its_value_are_stale_after_three_intervals(age: float, *, fresh: bool) -> None:
    assert is_fresh(age, age) == (fresh, fresh)


def test_an_old_value_of_a_sensor_that_reports_others_is_stale() -> None:
    assert is_fresh(1, 181) == (True, False)


def test_a_small_error_of_the_clock_makes_no_value_stale_and_a_large_one_is_corrected_already() -> None:
    assert is_fresh(1, 188, skew=8) == (True, True)
    assert is_fresh(1, 191, skew=3600) == (True, False)


def test_a_sensor_that_never_reported_is_not_fresh() -> None:
    never = samples.registry(air_1=float("nan"))

    found = known(never, samples.latest())

    assert (found["state"], found["fresh"]) == ("never_reported", False)


def test_a_sensor_that_said_goodbye_is_not_fresh_when_its_next_report_is_overdue() -> None:
    said_at = pd.Timestamp(samples.NOW) - pd.Timedelta(seconds=60)
    registry = samples.registry().with_facts(samples.facts(air_1=61).assign(status="offline", status_at=said_at))
    latest = samples.latest(("air-1", "pm25", 35, 61))

    found = known(registry, latest)

    assert (found["state"], found["fresh"]) == ("silent", False)


def test_only_what_no_test_flagged_is_shown_as_the_present() -> None:
    latest = pd.concat([samples.latest(("air-1", "pm25", 35, 1)).assign(quality=quality) for quality in Quality])
    registry = samples.registry()
    places = registry.locator.locate(latest)
    sensors = sensors_now(registry.sensors, latest, places, now=samples.NOW)

    assert len(values_now(latest, places, sensors, now=samples.NOW)) == len([Quality.GOOD, Quality.NOT_EVALUATED])
