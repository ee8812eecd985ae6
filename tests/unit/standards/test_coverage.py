"""How much time readings stand for: no gap is ever counted as if it had been measured."""

import pytest

from cityops.standards import aqi, coverage
from cityops.standards.rain import Fallen, RainPart, add_up, is_over
from cityops.standards.tables import load_standards
from cityops.standards.warnings import Colour

STANDARDS = load_standards()
MINUTE, HOUR = 60.0, 3600.0


@pytest.mark.parametrize(
    ("gap", "readings", "interval", "seconds"),
    [
        (60, 1, 60, 60), (120, 1, 120, 120), (300, 1, 300, 300), (3600, 1, 3600, 3600),  # steady ones
        (600, 1, 300, 300), (9000, 1, 60, 60), (9000, 6, 10, 60),  # what came after is not known
        (60, 1, 10, 10), (60, 6, 10, 60), (30, 1, 60, 30), (-5, 1, 60, 0), (61, 1, 60, 60),
    ],
)  # fmt: skip
def test_a_reading_stands_until_the_next_and_for_no_longer_than_its_interval(
    gap: float, readings: int, interval: float, seconds: float
) -> None:
    assert coverage.time_covered(gap, readings, interval) == seconds


def test_jitter_within_the_buckets_is_no_gap() -> None:
    assert coverage.time_covered([120, 180], [1, 1], MINUTE, MINUTE).tolist() == [120, 60]


@pytest.mark.parametrize(
    ("learned", "usual", "interval"),
    [(None, None, 60), (120, None, 120), (None, 300, 300), (60, 3600, 3600), (10, None, 10), (None, 86_400, 3600)],
)
def test_an_interval_is_learned_and_at_most_an_hour(
    learned: float | None, usual: float | None, interval: float
) -> None:
    assert coverage.report_interval(MINUTE, learned, usual) == interval


@pytest.mark.parametrize(
    ("readings", "interval", "valid"),
    [
        (1, 3600, True),
        (1, 60, False),
        (45, 60, True),
        (44, 60, False),
        (9, 300, True),
        (8, 300, False),
        (45, 10, False),
    ],
)
def test_an_hour_is_valid_by_the_time_that_was_measured(readings: int, interval: float, *, valid: bool) -> None:
    assert aqi.is_valid_hour(readings, interval) is valid


@pytest.mark.parametrize(
    ("age", "interval", "resolution", "fresh"),
    [
        (180, 60, 0, True), (180.5, 60, 0, False),  # three intervals
        (240, 60, 60, True), (240.5, 60, 60, False),  # of which a bucket of a minute hides as much
        (0, 60, 0, True), (10_800, 3600, 0, True), (10_801, 3600, 0, False),
    ],
)  # fmt: skip
def test_what_was_heard_three_intervals_ago_still_says_what_is_now(
    age: float, interval: float, resolution: float, *, fresh: bool
) -> None:
    assert coverage.is_fresh(age, interval, resolution) is fresh


@pytest.mark.parametrize(("covered", "known"), [(2700, True), (2699, False), (3600, True), (0, False)])
def test_three_quarters_of_a_window_are_enough_to_know_it(covered: float, *, known: bool) -> None:
    assert coverage.is_known(covered, HOUR) is known


@pytest.mark.parametrize("minutes", [1, 2, 5, 60])
def test_rain_is_the_same_however_often_it_is_reported(minutes: int) -> None:
    count = 180 // minutes
    fallen = add_up([RainPart(minutes * MINUTE, 1, count, 20.0 * count)], minutes * MINUTE, MINUTE)

    assert fallen.millimetres == pytest.approx(60.0)
    assert fallen.covered == 3 * HOUR


def test_of_a_rate_that_began_before_the_window_only_the_rest_is_in_it() -> None:
    hourly = [RainPart(60 * MINUTE, 1, 2, 40.0), RainPart(60 * MINUTE, 1, 1, 20.0, early=20 * MINUTE)]
    ended = RainPart(60 * MINUTE, 1, 1, 20.0, early=2 * HOUR)

    fallen = add_up([*hourly, ended], 60 * MINUTE, MINUTE)

    assert fallen.millimetres == pytest.approx(40 + 20 * 40 / 60)
    assert fallen.covered == 160 * MINUTE


def test_rain_does_not_go_on_while_nobody_measures() -> None:
    fallen = add_up([RainPart(MINUTE, 1, 10, 3000.0), RainPart(166 * MINUTE, 1, 1, 300.0)], MINUTE, MINUTE)

    assert fallen.millimetres == pytest.approx(55.0)
    assert fallen.covered == 11 * MINUTE


@pytest.mark.parametrize(("measured", "over"), [(3.0, True), (2.25, True), (2.2, False), (0.0, False)])
def test_a_signal_is_over_only_where_its_window_was_measured(measured: float, *, over: bool) -> None:
    fallen = {hours: Fallen(10.0, measured * HOUR) for hours in (3, 6, 12)}

    assert is_over(Colour.ORANGE, fallen, STANDARDS) is over


def test_a_more_urgent_signal_ends_a_lesser_one_whatever_is_known() -> None:
    assert is_over(Colour.ORANGE, {3: Fallen(120, 900), 6: Fallen(120, 900), 12: Fallen(120, 900)}, STANDARDS)
