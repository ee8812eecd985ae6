"""A detector that saw no vehicle reports speed 0: that is no jam. One that sees a standing queue does too."""

import pytest

from alerts.detection.readings import Readings
from alerts.detection.series_index import Series
from alerts.detection.zeros import drop_empty_zeros
from alerts.lifecycle import Event
from cityops.catalogue import Catalogue
from cityops.readings import Quality
from tests.unit.alerts.samples import BELOW, NOW, City, Row, a_rule, events, limit, row

DETECTOR = [
    Series(number, "T-1", "traffic_detector", metric, "990101001", 118.8, 31.9, first=number == 1)
    for number, metric in enumerate(("speed", "flow", "occupancy"), 1)
]
CONGESTION = a_rule(limit("speed", BELOW, 15, 20), "congestion", "traffic_detector")


def judge(city: City, catalogue: Catalogue, *rows: Row) -> list[tuple[Event, float]]:
    readings = drop_empty_zeros(Readings.of(rows), city.plan.roster, catalogue)
    return events(city.judge(readings))


def report(seconds: float, *values: float | None) -> list[Row]:
    return [row(value, seconds, series=number) for number, value in enumerate(values, 1) if value is not None]


@pytest.mark.parametrize(
    ("speed", "flow", "occupancy", "is_jam"),
    [
        (5, 300, 70, True), (0, 0, 0, False), (0, 0, 80, True), (0, 12, None, True), (0, None, None, False),
        (0, 0, None, False), (3, 0, 0, True),
    ],
)  # fmt: skip
def test_a_zero_is_a_jam_only_where_there_are_vehicles(
    catalogue: Catalogue, speed: float, flow: float | None, occupancy: float | None, *, is_jam: bool
) -> None:
    found = judge(City(CONGESTION, series=DETECTOR), catalogue, *report(0, speed, flow, occupancy))

    assert [event for event, _ in found] == ([Event.RAISE] if is_jam else [])


def test_a_jam_ends_when_the_road_is_empty(catalogue: Catalogue) -> None:
    city = City(CONGESTION, series=DETECTOR)
    judge(city, catalogue, *report(0, 5, 300, 70))

    assert judge(city, catalogue, *report(60, 0, 0, 0)) == [(Event.CLEAR, 0.0)]


def test_a_vehicle_of_another_moment_or_sensor_does_not_count(catalogue: Catalogue) -> None:
    other = Series(4, "T-2", "traffic_detector", "flow", "990101001", 118.8, 31.9)
    city = City(CONGESTION, series=[*DETECTOR, other])

    assert judge(city, catalogue, row(0, 0), row(300, 15, series=2), row(300, 0, series=4)) == []


def test_a_zero_of_other_metrics_stays_a_zero(catalogue: Catalogue) -> None:
    roster = City(series=[Series(1, "G-1", "gas_detector", "gas_lel", "99", 0, 0)]).plan.roster
    readings = Readings.of([(NOW, 1, 0.0, Quality.GOOD)])

    assert drop_empty_zeros(readings, roster, catalogue) is readings
