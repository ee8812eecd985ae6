"""A dead sensor never looks healthy, and missing is never zero."""

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from cityops.readings import Quality
from dashboard.city.freshness import Arrival, find_arrival, sensors_now, values_now
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


@pytest.mark.parametrize("ahead", [-90, 0, 90])
def test_readings_come_when_ingest_says_so_but_no_later_than_we_see_them(ahead: int) -> None:
    """A clock of ingest that is ahead makes nothing young; one that is behind is believed."""
    told = samples.NOW + timedelta(seconds=ahead)
    latest = samples.latest(("air-1", "pm25", 30, 5)).assign(received_at=pd.Timestamp(told))
    arrival = find_arrival(latest, None, samples.NOW)

    assert arrival is not None
    assert arrival.at == min(told, samples.NOW)


def test_what_was_seen_before_came_when_it_was_seen_first() -> None:
    latest = samples.latest(("air-1", "pm25", 30, 0))
    first = find_arrival(latest, None, samples.NOW)
    later = samples.NOW + timedelta(seconds=30)

    assert find_arrival(latest, first, later) is first
    newer = latest.assign(received_at=pd.Timestamp(later))
    assert find_arrival(newer, first, later) == Arrival(later, later)
    assert find_arrival(latest.iloc[:0], first, later) is None
