"""Many tests at once: which to believe when a chosen share of those may be chance (Benjamini and Hochberg, 1995)."""

from collections.abc import Sequence
from fractions import Fraction


def adjust(chances: Sequence[Fraction]) -> list[Fraction]:
    """Return the adjusted chances, in the same order: at most q is believed with at most a share q of it false."""
    order = sorted(range(len(chances)), key=lambda place: chances[place], reverse=True)
    adjusted = list(chances)
    least = Fraction(1)
    for ahead, place in enumerate(order):
        least = min(least, chances[place] * len(chances) / (len(chances) - ahead))
        adjusted[place] = least
    return adjusted
