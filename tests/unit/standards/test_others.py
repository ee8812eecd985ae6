"""Noise, rain, flood and traffic, at and beside each bound."""

from datetime import time
from fractions import Fraction
from pathlib import Path

import pytest

from cityops.standards import flood, noise, rain, tpi, traffic
from cityops.standards.tables import StandardsError, load_standards, source_in
from cityops.standards.warnings import Colour

STANDARDS = load_standards()
LEVELS = flood.FloodLevels(warning=4.5, guarantee=5.2, historic=6.0)


def test_noise_is_limited_by_zone_and_hour() -> None:
    clock = [time(5, 59, 59), time(6), time(21, 59, 59), time(22)]

    assert [noise.limit(noise.Zone.LIVING, moment) for moment in clock] == [45, 55, 55, 45]
    assert noise.limits(noise.Zone.ROAD) == (70, 55)
    assert noise.limits(noise.Zone.RAIL) == (70, 60)


def test_noise_is_averaged_by_energy() -> None:
    assert round(noise.energy_mean([60, 70]), 2) == 67.40
    assert round(noise.energy_mean([60, 50], [16, 8]), 2) == 58.45
    hours = [(hour, 60.0 if 6 <= hour < 22 else 50.0) for hour in range(24)]
    assert round(noise.day_night_level(hours), 2) == 60.00


@pytest.mark.parametrize(
    ("three", "six", "twelve", "colour"),
    [
        (0, 0, 49.9, None), (0, 0, 50, Colour.BLUE), (0, 49.9, 80, Colour.BLUE), (0, 50, 50, Colour.YELLOW),
        (50, 50, 50, Colour.ORANGE), (99.9, 120, 120, Colour.ORANGE), (100, 100, 100, Colour.RED),
    ],
)  # fmt: skip
def test_the_highest_rainstorm_signal_counts(three: float, six: float, twelve: float, colour: Colour | None) -> None:
    assert rain.signal({3: three, 6: six, 12: twelve}, STANDARDS) == colour


def test_rain_is_accumulated_from_rates() -> None:
    assert rain.accumulate([60, 30, 0], 60) == 1.5
    assert rain.windows(STANDARDS.rainstorm.signals) == [3, 6, 12]


@pytest.mark.parametrize(
    ("level", "colour"),
    [
        (3.99, None), (4.0, Colour.BLUE), (4.49, Colour.BLUE), (4.5, Colour.YELLOW), (5.19, Colour.YELLOW),
        (5.2, Colour.ORANGE), (5.99, Colour.ORANGE), (6.0, Colour.RED), (9.0, Colour.RED),
    ],
)  # fmt: skip
def test_a_flood_warning_follows_the_three_levels(level: float, colour: Colour | None) -> None:
    assert flood.warning(level, LEVELS) == colour


@pytest.mark.parametrize(("share", "index"), [(0, 0), (2, 1), (6, 3), (9.5, 5), (12.5, 7), (19, 9), (24, 10), (40, 10)])
def test_the_traffic_index_lies_on_the_recommended_lines(share: float, index: int) -> None:
    assert tpi.index(share, STANDARDS) == index


def test_roads_count_by_how_much_is_driven_on_them() -> None:
    jammed = {"express": 4, "main": 12, "secondary": 10, "branch": 5}
    driven = {"express": 0.36, "main": 0.38, "secondary": 0.18, "branch": 0.08}
    share = tpi.jammed_share(jammed, driven)

    assert share == Fraction("8.2")
    assert float(tpi.index(share, STANDARDS)) == pytest.approx(4.133, abs=0.0005)
    assert tpi.level_of(tpi.index(share, STANDARDS)).name.zh == "轻度拥堵"


def test_each_traffic_level_contains_its_upper_end() -> None:
    assert [tpi.level_of(value).number for value in (0, 2, 2.01, 4, 6, 6.01, 8, 8.01, 10)] == [
        1, 1, 2, 2, 3, 4, 4, 5, 5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("road", "speeds", "levels"),
    [
        (tpi.Road.EXPRESSWAY, (65.1, 65, 50, 35, 20), [1, 2, 3, 4, 5]),
        (tpi.Road.MAIN, (40.1, 40, 30, 20, 15), [1, 2, 3, 4, 5]),
        (tpi.Road.MINOR, (35.1, 35, 25, 15, 10), [1, 2, 3, 4, 5]),
    ],
)
def test_a_link_is_judged_by_its_class_of_road(road: tpi.Road, speeds: tuple[float, ...], levels: list[int]) -> None:
    assert [tpi.link_level(road, speed).number for speed in speeds] == levels


def test_point_speeds_are_averaged_harmonically() -> None:
    assert traffic.space_mean_speed([1, 1], [30, 60]) == pytest.approx(40)
    assert traffic.space_mean_speed([120, 90, 0], [45, 60, None]) == pytest.approx(50.40, abs=0.005)
    assert traffic.space_mean_speed([0], [None]) is None
    assert traffic.flow_per_hour(210, 5) == 2520
    assert round(traffic.mean_occupancy([0.18, 0.10, 0]), 4) == 0.0933


@pytest.mark.parametrize(
    ("seen", "speed"),
    [
        (traffic.Passages(vehicles=120, travel=2, readings=9, slowness=1), 60),  # by flow where it is known
        (traffic.Passages(readings=3, slowness=0.1), 30),
        (traffic.Passages(readings=3, slowness=0.1, stood=2), 30),
        (traffic.Passages(stood=1, heard=5), 0),  # vehicles that do not move
        (traffic.Passages(heard=5), None),  # an empty road
    ],
)
def test_a_detector_knows_its_speed_by_flow_else_by_readings_else_by_standing_queues(
    seen: traffic.Passages, speed: float | None
) -> None:
    assert seen.speed == pytest.approx(speed)


def test_route_speed_is_length_by_time() -> None:
    metres, seconds = [500, 800, 300], [60, 48, 54]

    assert traffic.route_speed(metres, seconds) == pytest.approx(35.56, abs=0.005)
    assert traffic.travel_time_ratio(metres, seconds, [60, 60, 40]) == pytest.approx(1.543, abs=0.0005)


def test_a_city_replaces_a_table(tmp_path: Path) -> None:
    own = tmp_path / "standards.toml"
    own.write_text('[tpi]\nsource = "local"\npoints = [[0, 0], [50, 10]]\ndriven = { main = 1 }\n', "utf-8")

    assert tpi.index(10, load_standards(own)) == 2
    assert load_standards(own).rainstorm == STANDARDS.rainstorm
    assert [source_in(load_standards(own).tpi, language) for language in ("zh", "en")] == ["local", "local"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[tpi]\nsource = "x"\npoints = [[4, 0], [4, 10]]\ndriven = {}\n', "tpi.points"),
        ('[rainstorm]\nsource = "x"\nsignals = [{ colour = 7, hours = 3, millimetres = 1 }]\n', "colour"),
        ("[rainstorm]\nsignals = []\n", "source"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_by_field(tmp_path: Path, text: str, words: str) -> None:
    own = tmp_path / "standards.toml"
    own.write_text(text, "utf-8")

    with pytest.raises(StandardsError, match=words):
        load_standards(own)
