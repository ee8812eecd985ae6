"""Discrete Laplace noise, exact: integers and fractions only, as Canonne, Kamath and Steinke (2020) draw it. Pure.

The probability of an integer x is proportional to exp(-|x| / scale). Floating point numbers would leave traces in the
low bits of what is published (Mironov 2012), so there are none here. The source of randomness is an argument:
`secrets.randbelow`, or a seeded one in tests.
"""

import math
from collections.abc import Callable
from fractions import Fraction

from sharing.errors import NoiseTooSmall

Below = Callable[[int], int]  # a uniform integer from 0 to one less than what is given


def scale_for(sensitivity: int, epsilon: Fraction) -> Fraction:
    """Return the scale that hides whether one person is in the data: how much they can change, by the budget."""
    if sensitivity <= 0 or epsilon <= 0:
        raise NoiseTooSmall
    return sensitivity / Fraction(epsilon)


def noisy(value: int, *, sensitivity: int, epsilon: Fraction, scale: Fraction, below: Below) -> int:
    """Return a number with noise. Raises NoiseTooSmall when the scale is less than sensitivity and budget ask for.

    The check is here and not where scales are made, so that no release goes round it.
    """
    if sensitivity <= 0 or epsilon <= 0 or Fraction(scale) * Fraction(epsilon) < sensitivity:
        raise NoiseTooSmall
    return value + draw_laplace(Fraction(scale), below)


def draw_laplace(scale: Fraction, below: Below) -> int:
    """Return a draw of the discrete Laplace distribution."""
    while True:
        is_negative = below(2) == 1
        magnitude = _geometric(1 / scale, below)
        if not (is_negative and magnitude == 0):  # else 0 would come twice as often
            return -magnitude if is_negative else magnitude


def reach(scale: Fraction, *, missed: float = 0.05) -> int:
    """Return how far the noise goes in 95 of 100 draws: the least n with P(|noise| > n) at most `missed`."""
    wide = float(scale)
    return max(0, math.ceil(wide * math.log(2 / (missed * (1 + math.exp(-1 / wide)))) - 1))


def _bernoulli(chance: Fraction, below: Below) -> bool:
    return below(chance.denominator) < chance.numerator


def _bernoulli_exp(x: Fraction, below: Below) -> bool:
    """Return true with probability exp(-x), x from 0 to 1.

    It is so when the events of chances x, x/2, x/3 … come true an even number of times in a row.
    """
    number = 1
    while _bernoulli(x / number, below):
        number += 1
    return number % 2 == 1


def _geometric(x: Fraction, below: Below) -> int:
    """Return n with probability (1 - exp(-x)) exp(-nx), without a step for each n."""
    parts = x.denominator
    while True:
        part = below(parts)
        if _bernoulli_exp(Fraction(part, parts), below):
            break
    wholes = 0
    while _bernoulli_exp(Fraction(1), below):
        wholes += 1
    return (wholes * parts + part) // x.numerator
