"""What is offered for merging: within 50 m and 24 hours, and the later follows the earlier."""

from datetime import timedelta

import pytest

from cases.life.similarity import AROUND, AROUND_KM, CaseSighting, similar_to
from tests.unit.cases.calendars import at

NOON = at("06-08 12:00")
HERE = CaseSighting(10, 119.0, 30.0, NOON, "event/05-06")
DEGREE = 110.8524  # km of latitude at 30° north


def north(case_id: int, metres: float, *, minutes: int = 0, category: str = "event/05-06") -> CaseSighting:
    return CaseSighting(case_id, 119.0, 30.0 + metres / 1000 / DEGREE, NOON + timedelta(minutes=minutes), category)


@pytest.mark.parametrize(
    ("metres", "minutes", "offered"),
    [(49, 0, True), (51, 0, False), (0, 1440, True), (0, -1440, True), (0, 1441, False), (0, -1441, False)],
)
def test_fifty_metres_and_a_day_are_the_bounds(metres: float, minutes: int, offered: bool) -> None:
    assert bool(similar_to(HERE, [north(11, metres, minutes=minutes)])) is offered


@pytest.mark.parametrize(
    ("metres", "minutes", "offered"),
    [(499, 0, True), (501, 0, False), (0, 7 * 1440, True), (0, 7 * 1440 + 1, False)],
)
def test_those_of_the_same_category_are_looked_for_farther_around(metres: float, minutes: int, offered: bool) -> None:
    around = similar_to(HERE, [north(11, metres, minutes=-minutes)], within_km=AROUND_KM, within=AROUND)

    assert bool(around) is offered


def test_those_of_the_same_category_come_first_then_the_nearest() -> None:
    others = [north(1, 5, category=""), north(2, 40), north(3, 20), north(4, 1, category="event/01-10"), HERE]

    found = similar_to(HERE, others)

    assert [(one.case_id, one.metres, one.is_same_category) for one in found] == [
        (3, 20, True),
        (2, 40, True),
        (4, 1, False),
        (1, 5, False),
    ]


def test_the_later_follows_and_of_one_instant_the_second() -> None:
    others = [north(9, 0), north(11, 0), north(1, 0, minutes=1), north(12, 0, minutes=-1)]

    assert {one.case_id: one.is_later for one in similar_to(HERE, others)} == {9: False, 11: True, 1: True, 12: False}


def test_two_without_a_category_are_not_said_to_be_of_one() -> None:
    (found,) = similar_to(CaseSighting(1, 119, 30, NOON), [CaseSighting(2, 119, 30, NOON)])

    assert not found.is_same_category
