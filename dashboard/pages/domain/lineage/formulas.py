"""The formulas of the numbers that every domain has, each with its version. Pure.

A change of what one of them gives is a new version: a number that was noted with the old one says so.
"""

import math
from collections.abc import Callable, Sequence
from datetime import timedelta

from cityops.catalogue import Mean
from cityops.standards.means import value_of
from dashboard.pages.domain.lineage.model import Formula, Share, Value

MISSING_LOW = float("-inf")


def mean_of_area(mean: Mean, *, weighed: bool) -> Formula:
    """Return the mean of shares: of all readings alike, or weighed by another metric as well (speeds by flow)."""
    name = f"mean_{mean.value}_weighed" if weighed else f"mean_{mean.value}"
    return Formula(name, "1", of_shares=_mean(mean))


def _mean(mean: Mean) -> Callable[[Sequence[Share]], Value]:
    def compute(shares: Sequence[Share]) -> float | None:
        known = [one.share for one in shares if one.share is not None]
        usual = sum(known) / len(known) if known else 1.0
        factors = [usual if one.share is None else one.share for one in shares]
        weight = sum(factor * one.weight for factor, one in zip(factors, shares, strict=True))
        if not weight:
            return None
        terms = sum(factor * one.terms for factor, one in zip(factors, shares, strict=True))
        easts = sum(factor * one.easts for factor, one in zip(factors, shares, strict=True))
        return value_of(terms / weight, easts / weight, mean)

    return compute


def _most(shares: Sequence[Share]) -> float | None:
    return max((one.high for one in shares if one.high is not None), default=None)


def _least(shares: Sequence[Share]) -> float | None:
    return min((one.low for one in shares if one.low is not None), default=None)


def _completeness(shares: Sequence[Share]) -> float | None:
    due = sum(one.expected or 0 for one in shares)
    return sum(min(one.count, one.expected or 0) for one in shares) / due if due else None


HIGHEST = Formula("highest", "1", of_shares=_most, rank=lambda one: MISSING_LOW if one.high is None else one.high)
LOWEST = Formula("lowest", "1", of_shares=_least, rank=lambda one: MISSING_LOW if one.low is None else -one.low)
READINGS = Formula(
    "readings", "1", of_shares=lambda shares: sum(one.count for one in shares), rank=lambda one: one.count
)
SENSORS = Formula("sensors", "1", of_shares=len, rank=lambda one: one.count)
COMPLETENESS = Formula(
    "completeness", "1", of_shares=_completeness, rank=lambda one: float((one.expected or 0) - one.count)
)


def step_of(steps: Callable[[int], Sequence[timedelta]], chosen: timedelta) -> Formula:
    """Return how the step of a trend is chosen: the finest that so many series allow and that is kept still."""
    return Formula("step", "1", of_shares=lambda shares: chosen if chosen in steps(len(shares)) else None)


def percent_words(ratio: float) -> str:
    """Return a completeness (0 to 1) as people read it. Cut, not rounded: 99.96 % is not everything."""
    return f"{math.floor(ratio * 1000) / 10:.1f}%"
