"""The indices say how the city stands, and why."""

import pytest

from dashboard.folds import Folded
from dashboard.vitals import Vital, judge, judge_city, judge_domains


def test_nothing_amiss_is_a_hundred_and_names_no_cause() -> None:
    assert judge("emergency", {"gas_lel": 1, "water_depth": 0, "alerts": 0}) == Vital(100, 3, 5)


@pytest.mark.parametrize(("gas", "score"), [(5, 100), (12.5, 92.5), (20, 85), (50, 60), (99, 60)])
def test_a_factor_costs_by_straight_lines_and_no_more_than_its_most(gas: float, score: float) -> None:
    found = judge("emergency", {"gas_lel": gas, "alerts": 0})

    assert found is not None
    assert found.score == score


def test_the_factor_that_cost_most_is_named_with_value_and_points() -> None:
    found = judge("emergency", {"gas_lel": 35.0, "smoke": 4.0, "alerts": 8.0})

    assert found is not None
    assert (found.cause, found.value, found.cost) == ("gas_lel", 35.0, 27.5)


def test_a_domain_that_nobody_measures_has_no_index() -> None:
    assert judge("traffic", {"alerts": 0}) is None
    assert judge_city({}) is None


def test_one_domain_in_trouble_is_not_averaged_away() -> None:
    good, bad = Vital(100, 1, 1), Vital(40, 1, 1, "gas_lel", 50, 40)

    city = judge_city({"environment": good, "traffic": good, "emergency": bad})

    assert city is not None
    assert city.score == (80 + 40) / 2
    assert city.cause == "gas_lel"


def test_the_domains_are_judged_by_their_own_folds_and_alerts() -> None:
    numbers = {"speed": Folded(25, 70, 3), "gas_lel": Folded(0.4, 50, 0.1)}

    found = judge_domains(numbers, aqi=None, alerts={"traffic": [2, 3]})

    assert set(found) == {"traffic", "emergency"}
    assert found["traffic"].score == 100 - 35 - 11
    assert found["emergency"].cause == "gas_lel"
