"""One home for means: each as its standard wants it, weighed, and combined from parts."""

import numpy as np
import pytest

from cityops.catalogue import Mean
from cityops.standards.means import fill_weights, mean_of, terms_of, value_of
from cityops.standards.traffic import stands

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "weights", "mean", "expected"),
    [
        ([60.0, 10.0], [900.0, 100.0], Mean.HARMONIC, 40.0),
        ([60.0, 10.0, 0.0], [1.0, 1.0, 50.0], Mean.HARMONIC, pytest.approx(120 / 7)),  # an empty lane has no speed
        ([60.0, 30.0], [0.0, 0.0], Mean.HARMONIC, None),
        ([60.0, 50.0], [16.0, 8.0], Mean.ENERGY, pytest.approx(58.45, abs=0.005)),
        ([350.0, 20.0], [1.0, 1.0], Mean.VECTOR, pytest.approx(5.0)),
        ([0.0, 90.0], [3.0, 3.0], Mean.VECTOR, pytest.approx(45.0)),
        ([0.0, 180.0], [1.0, 1.0], Mean.VECTOR, None),
        ([1.0, 4.0], [2.0, 1.0], Mean.ARITHMETIC, 2.0),
        ([1.0, NAN], [1.0, 1.0], Mean.ARITHMETIC, 1.0),
    ],
)
def test_a_mean_by_weights(values: list[float], weights: list[float], mean: Mean, expected: float | None) -> None:
    assert mean_of(values, mean, weights) == expected


@pytest.mark.parametrize("mean", list(Mean))
def test_terms_lead_back_to_the_value(mean: Mean) -> None:
    terms, easts = terms_of(np.array([37.5]), mean)

    assert value_of(float(terms[0]), float(easts[0]), mean) == pytest.approx(37.5)


def test_what_has_no_weight_weighs_as_the_others_do() -> None:
    assert fill_weights([100.0, NAN, 300.0]).tolist() == [100.0, 200.0, 300.0]
    assert fill_weights([NAN, NAN]).tolist() == [1.0, 1.0]
    assert fill_weights([0.0, NAN]).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("flow", "occupancy", "standing"), [(0, 80, True), (0, 0, False), (12, None, True), (None, None, False)]
)
def test_a_standing_queue_is_seen_by_flow_or_occupancy(
    flow: float | None, occupancy: float | None, *, standing: bool
) -> None:
    assert stands(0, flow, occupancy) is standing
    assert not stands(5, flow, occupancy)
