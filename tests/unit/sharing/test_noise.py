"""Discrete Laplace noise: drawn as theory says, never less than the budget asks for, and as OpenDP computes it."""

import math
import random
from collections import Counter
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import NoiseTooSmall
from sharing.privacy.noise import draw_laplace, noisy, reach, scale_for

DRAWS = 40_000
SCALE = Fraction(2)


def chance(x: int, scale: Fraction) -> float:
    """The probability of x by theory."""
    step = math.exp(-1 / float(scale))
    return (1 - step) / (1 + step) * step ** abs(x)


@cache
def drawn(scale: Fraction, draws: int) -> Counter[int]:
    below = random.Random(20_261_129).randrange
    return Counter(draw_laplace(scale, below) for _ in range(draws))


@pytest.mark.parametrize(("scale", "draws"), [(SCALE, DRAWS), (Fraction(1, 2), 8_000), (Fraction(7, 3), 8_000)])
def test_forty_thousand_draws_are_distributed_as_theory_says(scale: Fraction, draws: int) -> None:
    counts = drawn(scale, draws)

    # Classes with at least 20 expected draws, and the two tails.
    widest = max(x for x in range(200) if chance(x, scale) * draws >= 20)
    classes = [(counts[x], chance(x, scale) * draws) for x in range(-widest, widest + 1)]
    tail = (draws - sum(expected for _, expected in classes)) / 2
    for sign in (-1, 1):
        classes.append((sum(count for x, count in counts.items() if x * sign > widest), tail))
    chi_square = sum((seen - expected) ** 2 / expected for seen, expected in classes)

    # 99.9 of 100 right generators stay below (Wilson and Hilferty's approximation).
    degrees = len(classes) - 1
    limit = degrees * (1 - 2 / (9 * degrees) + 3.09 * math.sqrt(2 / (9 * degrees))) ** 3
    assert chi_square < limit


def test_a_wrong_distribution_is_told_apart() -> None:
    """The same draws held against a scale that is a tenth larger are far off: the test above can fail."""
    counts = drawn(SCALE, DRAWS)
    wrong = SCALE * Fraction(11, 10)

    assert sum((counts[x] - chance(x, wrong) * DRAWS) ** 2 / (chance(x, wrong) * DRAWS) for x in range(-9, 10)) > 100


# What OpenDP 0.16.0 gives for the same question (and `make oracle-privacy` asks it again).
@pytest.mark.parametrize(
    ("sensitivity", "epsilon", "scale"),
    [
        (1, Fraction(1, 2), 2),  # a count, with half of a budget of 1
        (100, Fraction(1, 2), 200),  # a sum of values clamped to 0…100
        (5, Fraction(1), 5),  # counts by categories, of which a person may be in 5
    ],
)
def test_the_scale_follows_from_what_a_person_can_change_and_the_budget(
    sensitivity: int, epsilon: Fraction, scale: int
) -> None:
    assert scale_for(sensitivity, epsilon) == scale


def test_a_mean_without_noise_is_refused() -> None:
    """With a known size OpenDP's own choice was 4.57e-13 for values up to 100, which is no noise at all."""
    for scale in (Fraction(457, 10**15), Fraction(199, 2), Fraction(0), Fraction(-100)):
        with pytest.raises(NoiseTooSmall):
            noisy(0, sensitivity=100, epsilon=Fraction(1), scale=scale, below=random.Random(1).randrange)


@given(st.integers(1, 10**6), st.fractions(Fraction(1, 1000), 10))
def test_no_scale_below_sensitivity_by_budget_is_taken(sensitivity: int, epsilon: Fraction) -> None:
    scale = scale_for(sensitivity, epsilon)
    below = random.Random(1).randrange

    assert scale * epsilon == sensitivity
    noisy(0, sensitivity=sensitivity, epsilon=epsilon, scale=scale, below=below)
    with pytest.raises(NoiseTooSmall):
        noisy(0, sensitivity=sensitivity, epsilon=epsilon, scale=scale * Fraction(999_999, 1_000_000), below=below)


@pytest.mark.parametrize(
    ("sensitivity", "epsilon"), [(0, Fraction(1)), (1, Fraction(0)), (1, Fraction(-1)), (-1, Fraction(1))]
)
def test_nothing_is_released_for_nothing(sensitivity: int, epsilon: Fraction) -> None:
    with pytest.raises(NoiseTooSmall):
        scale_for(sensitivity, epsilon)


@pytest.mark.parametrize("scale", [Fraction(2), Fraction(5), Fraction(200), Fraction(1, 2), Fraction(1, 10)])
def test_the_reach_of_the_noise_is_the_least_that_holds_95_of_100(scale: Fraction) -> None:
    found = reach(scale)

    def outside(n: int) -> float:
        step = math.exp(-1 / float(scale))
        return 2 * step ** (n + 1) / (1 + step)

    assert outside(found) <= 0.05
    assert found == 0 or outside(found - 1) > 0.05


def test_the_reach_of_scale_2_is_what_opendp_says() -> None:
    """Its accuracy is 6.43: P(|noise| >= 7) is at most 5 %, so noise reaches 6."""
    assert reach(SCALE) == 6
