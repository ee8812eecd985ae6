"""Numbers next to zero: nothing a city measures, and the end of whoever divides by them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.checks.numbers import SMALLEST, make_harmless


@pytest.mark.parametrize(
    ("value", "stored", "is_tiny"),
    [
        (0.0, 0.0, False),
        (-0.0, 0.0, False),
        (SMALLEST, SMALLEST, False),
        (-SMALLEST, -SMALLEST, False),
        (SMALLEST / 2, 0.0, True),
        (-SMALLEST / 2, 0.0, True),
        (6.9e-310, 0.0, True),
        (21.5, 21.5, False),
    ],
)
def test_what_is_too_small_to_be_true_is_zero_and_told(value: float, stored: float, is_tiny: bool) -> None:
    found, tiny = make_harmless(np.array([value]))

    assert (found[0], tiny[0]) == (stored, is_tiny)
    assert not np.signbit(found[0]) or stored < 0


@given(st.lists(st.floats(-1e15, 1e15)))
def test_what_is_stored_can_be_divided_by_and_squared(values: list[float]) -> None:
    given_values = np.array(values)
    found, tiny = make_harmless(given_values)

    assert np.array_equal(found[~tiny], given_values[~tiny])
    with np.errstate(all="raise"):
        assert np.isfinite(1 / found[found != 0]).all()
        assert (np.square(found[found != 0]) > 0).all()
