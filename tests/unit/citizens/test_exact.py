"""The exact tests, held against sums done by hand, and what was published with the method of many tests."""

from fractions import Fraction

import pytest

from citizens.topics.exact import fall_chance, hits_chance, rise_chance
from citizens.topics.false_discoveries import adjust

# Benjamini and Hochberg (1995), section 3.2: fifteen tests, of which four hold at 5 %.
PUBLISHED = "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719 0.6528 0.7590 1.0000"


@pytest.mark.parametrize(
    ("after", "before", "days", "expected"),
    [
        (3, 0, (30, 30), Fraction(1, 8)),  # three coins
        (2, 1, (30, 30), Fraction(1, 2)),
        (5, 1, (30, 30), Fraction(7, 64)),
        (0, 9, (30, 30), Fraction(1)),
        (0, 0, (30, 30), Fraction(1)),
        (15, 5, (30, 30), Fraction(21700, 2**20)),  # C(20,15) + ... + C(20,20)
        (2, 0, (15, 30), Fraction(1, 9)),  # one day of three, twice
        (2, 1, (15, 30), Fraction(7, 27)),  # 3 · 1/9 · 2/3 + 1/27
        (2, 1, (60, 30), Fraction(20, 27)),  # 3 · 4/9 · 1/3 + 8/27
    ],
)
def test_a_rise_is_as_likely_as_counted_by_hand(
    after: int, before: int, days: tuple[int, int], expected: Fraction
) -> None:
    assert rise_chance(after, before, after_days=days[0], before_days=days[1]) == expected


def test_a_fall_is_the_same_test_the_other_way() -> None:
    assert fall_chance(1, 5, after_days=30, before_days=30) == Fraction(7, 64)
    assert fall_chance(0, 2, after_days=30, before_days=15) == Fraction(1, 9)  # both in the third before
    assert fall_chance(0, 2, after_days=15, before_days=30) == Fraction(4, 9)
    # At least and at most meet in the count itself.
    both = rise_chance(4, 3, after_days=10, before_days=20) + fall_chance(4, 3, after_days=10, before_days=20)
    assert both == 1 + Fraction(35 * 1**4 * 2**3, 3**7)


def test_a_large_count_is_exact_where_floating_point_ends() -> None:
    assert rise_chance(1100, 0, after_days=30, before_days=30) == Fraction(1, 2**1100)
    assert rise_chance(1, 0, after_days=1, before_days=1) == Fraction(1, 2)  # a day is enough


@pytest.mark.parametrize("wrong", [(-1, 0, 30, 30), (0, -1, 30, 30), (1, 1, 0, 30), (1, 1, 30, 0)])
def test_what_is_no_count_is_refused(wrong: tuple[int, int, int, int]) -> None:
    after, before, after_days, before_days = wrong
    with pytest.raises(ValueError, match="no counts"):
        rise_chance(after, before, after_days=after_days, before_days=before_days)


def test_hits_with_unlike_chances() -> None:
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert hits_chance(1, [half, half]) == Fraction(3, 4)
    assert hits_chance(2, [half, third]) == Fraction(1, 6)
    assert hits_chance(1, [half, third]) == Fraction(2, 3)
    assert hits_chance(0, []) == 1
    # 7 of 9 with one chance in nine each: 36·8²/9⁹ + 9·8/9⁹ + 1/9⁹
    assert hits_chance(7, [Fraction(1, 9)] * 9) == Fraction(36 * 64 + 9 * 8 + 1, 9**9)
    with pytest.raises(ValueError, match="3 hits of 2 tries"):
        hits_chance(3, [half, half])


def test_many_tests_as_published() -> None:
    chances = [Fraction(one) for one in PUBLISHED.split()]
    adjusted = adjust(chances)
    assert [one <= Fraction("0.05") for one in adjusted] == [True] * 4 + [False] * 11
    assert adjusted[3] == Fraction("0.0095") * 15 / 4
    assert adjusted[5] == Fraction("0.0298") * 15 / 7  # the next one is surer than this one's own value
    shuffled = [chances[3], chances[14], chances[0]]
    assert adjust(shuffled) == [Fraction("0.0095") * 3 / 2, 1, Fraction("0.0003")]
    assert adjust([]) == []
