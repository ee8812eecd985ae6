"""Conditions on one reading, at the very limit and a hair beside it: where each holds, and where it is over."""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.board import deadlines
from alerts.conditions.base import Direction, Wrong
from alerts.conditions.limits import Flood, Limit, Noise, Threshold
from cityops.catalogue import Catalogue
from cityops.standards.flood import FloodLevels
from cityops.standards.noise import Zone
from cityops.standards.warnings import Colour

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)  # in the city
LEVELS = FloodLevels(warning=3.5, guarantee=4.0, historic=4.6)


def judged(condition: Limit, value: float, at: datetime = NOON, zone: ZoneInfo = SHANGHAI) -> tuple[bool, bool]:
    """Return whether it holds and whether it is over, for one reading."""
    verdict = condition.judge(np.array([int(at.timestamp() * 1e6)]), np.array([value]), zone)
    return bool(verdict.holds[0]), bool(verdict.clears[0])


HOLDS, BETWEEN, OVER = (True, False), (False, False), (False, True)


@pytest.mark.parametrize(
    ("direction", "limit", "clear", "cases"),
    [
        (Direction.ABOVE, 40, 30, {40: HOLDS, 39.9: BETWEEN, 30: BETWEEN, 29.9: OVER, 1e9: HOLDS}),
        (Direction.BELOW, 2, 3, {2: HOLDS, 2.1: BETWEEN, 3: BETWEEN, 3.1: OVER, -1e9: HOLDS}),
    ],
)
def test_a_threshold_holds_at_its_limit_and_is_over_beyond_clear(
    direction: Direction, limit: float, clear: float, cases: dict[float, tuple[bool, bool]]
) -> None:
    condition = Threshold(metric="gas_lel", direction=direction, limit=limit, clear=clear)

    assert {value: judged(condition, value) for value in cases} == cases


@pytest.mark.parametrize(("direction", "normal"), [(Direction.ABOVE, (-math.inf, 5)), (Direction.BELOW, (5, math.inf))])
def test_what_lies_on_the_right_side_of_a_limit_is_never_looked_at(
    direction: Direction, normal: tuple[float, float]
) -> None:
    assert Threshold(metric="gas_lel", direction=direction, limit=5, clear=5).calm() == normal


@pytest.mark.parametrize(
    ("direction", "limit", "clear", "field"),
    [
        (Direction.ABOVE, 10, 11, "clear"),
        (Direction.BELOW, 10, 9, "clear"),
        (Direction.ABOVE, 201, 10, "limit"),  # no detector says more than 200 % LEL
        (Direction.ABOVE, 10, -1, "clear"),
    ],
)
def test_a_threshold_that_could_never_work_is_refused(
    catalogue: Catalogue, direction: Direction, limit: float, clear: float, field: str
) -> None:
    with pytest.raises(Wrong, match=f"^{field} "):
        Threshold(metric="gas_lel", direction=direction, limit=limit, clear=clear).check(catalogue)


@pytest.mark.parametrize("direction", Direction)
def test_a_threshold_without_hysteresis_is_allowed(catalogue: Catalogue, direction: Direction) -> None:
    Threshold(metric="gas_lel", direction=direction, limit=10, clear=10).check(catalogue)


@pytest.mark.parametrize(
    ("local", "limit"), [("05:59", 45), ("06:00", 55), ("12:00", 55), ("21:59", 55), ("22:00", 45), ("00:00", 45)]
)
def test_noise_is_judged_by_the_hour_of_the_city(local: str, limit: float) -> None:
    """GB 3096, zone 1: 55 dB(A) by day, from 6 to 22, and 45 by night."""
    at = datetime.fromisoformat(f"2026-03-01T{local}+08:00")
    condition = Noise(zone=Zone.LIVING, margin=3)

    assert judged(condition, limit, at) == HOLDS
    assert judged(condition, limit - 0.1, at) == BETWEEN
    assert judged(condition, limit - 3, at) == BETWEEN
    assert judged(condition, limit - 3.1, at) == OVER


def test_an_hour_of_the_city_may_begin_between_two_of_greenwich() -> None:
    kathmandu, condition = ZoneInfo("Asia/Kathmandu"), Noise(zone=Zone.LIVING)
    night = datetime(2026, 3, 1, 0, 14, tzinfo=UTC)  # 05:59 there

    assert judged(condition, 50, night, kathmandu) == HOLDS
    assert judged(condition, 50, night + timedelta(minutes=1), kathmandu) == OVER


def test_noise_beyond_a_limit_counts_from_the_lower_of_two() -> None:
    assert Noise(zone=Zone.LIVING, over=5).calm() == (-math.inf, 50)
    with pytest.raises(Wrong, match="negative"):
        Noise(zone=Zone.LIVING, over=-1).check(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "holding"),
    [(2.99, None), (3.0, Colour.BLUE), (3.49, Colour.BLUE), (3.5, Colour.YELLOW), (3.99, Colour.YELLOW),
     (4.0, Colour.ORANGE), (4.59, Colour.ORANGE), (4.6, Colour.RED), (9.0, Colour.RED)],
)  # fmt: skip
def test_one_colour_holds_at_a_water_level(level: float, holding: Colour | None) -> None:
    held = [colour for colour in Colour if judged(Flood(levels=LEVELS, colour=colour), level)[0]]

    assert held == ([] if holding is None else [holding])


@pytest.mark.parametrize(("level", "over"), [(3.5, False), (3.41, False), (3.39, True), (4.0, True), (3.99, False)])
def test_a_colour_is_over_below_its_margin_and_when_a_higher_one_begins(level: float, *, over: bool) -> None:
    assert judged(Flood(levels=LEVELS, colour=Colour.YELLOW, margin=0.1), level)[1] is over


def test_levels_that_do_not_rise_are_refused() -> None:
    with pytest.raises(Wrong, match="rise"):
        Flood(levels=FloodLevels(4.0, 3.5, 4.6), colour=Colour.RED).check(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("approaching", "margin"), [(-0.1, 0.1), (0.5, -0.1)])
def test_a_distance_of_levels_is_never_negative_but_may_be_none(approaching: float, margin: float) -> None:
    levels = FloodLevels(3.5, 4.0, 4.6, approaching=approaching)
    with pytest.raises(Wrong, match="negative"):
        Flood(levels=levels, colour=Colour.RED, margin=margin).check(None)  # type: ignore[arg-type]
    none = FloodLevels(3.5, 4.0, 4.6, approaching=0)
    Flood(levels=none, colour=Colour.RED, margin=0).check(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "acknowledge", "handle", "lease"),
    [
        (1, timedelta(minutes=2), timedelta(hours=1), timedelta(minutes=15)),
        (2, timedelta(minutes=5), timedelta(hours=4), timedelta(minutes=30)),
        (3, timedelta(minutes=30), timedelta(hours=24), None),
        (4, timedelta(hours=2), timedelta(hours=72), None),
    ],
)
def test_the_deadlines_are_those_that_the_handbook_promises(
    severity: int, acknowledge: timedelta, handle: timedelta, lease: timedelta | None
) -> None:
    assert deadlines.ACKNOWLEDGE[severity] == acknowledge
    assert deadlines.HANDLE[severity] == handle
    assert deadlines.LEASE.get(severity) == lease
