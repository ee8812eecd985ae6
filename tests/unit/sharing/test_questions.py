"""Releases: what one person can change is what the noise was made for; everything else about them is dropped."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sharing.errors import ReleaseUnusable
from sharing.privacy.question import PersonRow, ReleaseQuestion, answer, cap_rows

EPSILON = Fraction(1)
COUNT = ReleaseQuestion("reports", "2026-10", "count")
QUESTIONS = [
    COUNT,
    replace(COUNT, rows=3),
    replace(COUNT, statistic="sum", low=0, high=60),
    replace(COUNT, statistic="sum", low=-20, high=5, rows=2),
    replace(COUNT, statistic="histogram", by="kind", groups=("a", "b", "c"), rows=4),
]
people = st.lists(
    st.builds(PersonRow, st.sampled_from("pqrstuvw"), st.sampled_from("abcx"), st.integers(-1000, 1000)), max_size=60
)


def figures(question: ReleaseQuestion, rows: list[PersonRow], seed: int = 7) -> dict[str, float]:
    """The answer with the same noise each time, on a heap so high that no number is below 0."""
    heap = [PersonRow(f"heap {number}", "abc"[number % 3], 5) for number in range(400)]
    given = answer(question, [*heap, *rows], epsilon=EPSILON, below=random.Random(seed).randrange)
    return {group: figure.value for group, figure in given.figures.items()}


@given(people, st.sampled_from("pqrstuvw"), st.sampled_from(QUESTIONS))
def test_one_person_changes_no_more_than_the_noise_was_made_for(
    rows: list[PersonRow], person: str, question: ReleaseQuestion
) -> None:
    """The same noise with and without a person: all that differs is what that person brought."""
    whole, without = figures(question, rows), figures(question, [row for row in rows if row.person != person])

    changed = sum(abs(whole[group] - without[group]) for group in whole)
    most = question.rows * max(abs(question.low), abs(question.high), 1)
    assert changed <= most
    scales = {
        figure.scale
        for figure in answer(question, rows, epsilon=EPSILON, below=random.Random(1).randrange).figures.values()
    }
    assert scales == {str(Fraction(most) / EPSILON)}


def test_a_mean_pays_for_its_number_too() -> None:
    rows = [PersonRow(str(number), value=10) for number in range(2000)]
    given = answer(
        replace(COUNT, statistic="mean", low=0, high=100), rows, epsilon=EPSILON, below=random.Random(7).randrange
    )

    assert given.figures[""].scale == "200"  # of the sum, by half of the budget
    assert given.figures[""].value == pytest.approx(10, abs=1)
    assert given.figures[""].within is None


def test_groups_are_those_that_were_asked_for() -> None:
    """A group in which somebody is all alone does not tell by being there, and an empty one has noise too."""
    question = replace(COUNT, statistic="histogram", by="kind", groups=("a", "b"))
    given = answer(question, [PersonRow("li", "secret")], epsilon=EPSILON, below=random.Random(7).randrange)

    assert set(given.figures) == {"a", "b"}


def test_below_nothing_is_nothing_and_only_after_the_noise() -> None:
    """Seeds in which the noise is negative give 0; others do not pile up there."""
    values = [
        answer(COUNT, [], epsilon=EPSILON, below=random.Random(seed).randrange).figures[""].value for seed in range(300)
    ]

    assert min(values) == 0
    assert 150 < values.count(0) < 260
    assert max(values) >= 2


def test_the_first_rows_of_each_person_count() -> None:
    rows = [PersonRow("li", "a", 1), PersonRow("wang", "b", 2), PersonRow("li", "c", 3), PersonRow("li", "d", 4)]

    assert cap_rows(rows, 2) == rows[:3]


@pytest.mark.parametrize(
    ("changes", "epsilon"),
    [
        ({"period": "2026-13"}, EPSILON),
        ({"period": "202610"}, EPSILON),
        ({"rows": 0}, EPSILON),
        ({"rows": 101}, EPSILON),
        ({"statistic": "sum", "low": 5, "high": 5}, EPSILON),
        ({"statistic": "histogram"}, EPSILON),
        ({"groups": ("a",)}, EPSILON),
        ({}, Fraction(0)),
        ({}, Fraction(-1)),
        ({}, Fraction(11)),
        ({}, Fraction(1, 3)),  # the ledger could not keep it
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(changes: dict[str, object], epsilon: Fraction) -> None:
    with pytest.raises(ReleaseUnusable):
        answer(replace(COUNT, **changes), [], epsilon=epsilon, below=random.Random(1).randrange)


def test_equal_questions_are_one_question() -> None:
    assert COUNT.key == ReleaseQuestion("reports", "2026-10", "count").key
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
