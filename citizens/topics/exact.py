"""Exact one-sided tests of counts. Whole numbers all the way, so that the rarest tail is right too.

Two Poisson counts with the same rate: given their sum, the first is binomial with its share of the exposure
(Przyborowski and Wilenski, 1940). Hits that come by chance, each with its own chance, are a sum of unlike coins.
"""

from collections.abc import Sequence
from fractions import Fraction


def rise_chance(after: int, before: int, *, after_days: int, before_days: int) -> Fraction:
    """Return how likely at least `after` events are in `after_days`, of after + before in all, if nothing changed."""
    _check(after, before, after_days, before_days)
    total, weight = after + before, after_days + before_days
    term = after_days**total  # all of them fell into the time after
    tail = 0
    for count in range(total, after - 1, -1):
        tail += term
        if count:
            term = term * count * before_days // ((total - count + 1) * after_days)
    return Fraction(tail, weight**total)


def fall_chance(after: int, before: int, *, after_days: int, before_days: int) -> Fraction:
    """Return how likely at most `after` events are in `after_days` if nothing changed: the rise of the time before."""
    return rise_chance(before, after, after_days=before_days, before_days=after_days)


def hits_chance(hits: int, chances: Sequence[Fraction]) -> Fraction:
    """Return how likely at least `hits` are of as many tries as there are `chances`, each with its own."""
    if not 0 <= hits <= len(chances):
        raise ValueError(f"{hits} hits of {len(chances)} tries")
    reached, weight = [1], 1  # by how many hits so far, of so much in all
    for chance in chances:
        failed = chance.denominator - chance.numerator
        without = [one * failed for one in reached] + [0]
        with_it = [0] + [one * chance.numerator for one in reached]
        reached = [a + b for a, b in zip(without, with_it, strict=True)]
        weight *= chance.denominator
    return Fraction(sum(reached[hits:]), weight)


def _check(after: int, before: int, after_days: int, before_days: int) -> None:
    if min(after, before) < 0 or min(after_days, before_days) < 1:
        raise ValueError(f"{after} in {after_days} days and {before} in {before_days} days are no counts")
