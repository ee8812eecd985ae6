"""Whose scores somebody may see, and who makes them."""

import pytest

from cases.counting.score_readers import ScoreReader, may_see
from cases.life.posts import CaseActor, Post
from cityops.scope import Scope

WHOLE, PART = Scope(), Scope(areas=("990101",))


@pytest.mark.parametrize(
    ("post", "scope", "others", "makes"),
    [
        (None, WHOLE, False, False),
        (Post.CHIEF, WHOLE, False, False),
        (Post.SUPERVISOR, WHOLE, True, False),
        (Post.EVALUATOR, WHOLE, True, True),
        (Post.EVALUATOR, PART, False, False),  # a month has the cases of the whole city
    ],
)
def test_people_are_judged_by_few_and_seen_by_themselves(
    post: Post | None, scope: Scope, others: bool, makes: bool
) -> None:
    reader = ScoreReader("li", scope, (CaseActor("li", post),) if post else ())

    assert may_see(reader, "chief", "li")
    assert may_see(reader, "chief", "zhou") is others
    assert may_see(reader, "department", "roads")  # the database decides
    assert reader.makes_scores is makes
