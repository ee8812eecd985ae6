"""Which posts one person may hold, for whom they act, and which duties exclude each other."""

import pytest

from cases.errors import PostUnusable
from cases.life.posts import (
    GIVEN,
    OF_DEPARTMENTS,
    CaseActor,
    Duty,
    Post,
    check_holding,
    conflicting,
    department_of,
    is_of_department_only,
)

HEAD = CaseActor("li", Post.HEAD, "water")
CHIEF = CaseActor("li", Post.CHIEF)


@pytest.mark.parametrize("post", list(Post))
@pytest.mark.parametrize("department", ["", "water"])
def test_a_post_is_of_a_department_or_of_none(post: Post, department: str) -> None:
    fits = post in GIVEN and bool(department) == (post in OF_DEPARTMENTS)
    if fits:
        check_holding(CaseActor("li", post, department), [])
    else:
        with pytest.raises(PostUnusable, match="No person is" if post is Post.PROGRAM else "acts for"):
            check_holding(CaseActor("li", post, department), [])


def test_nobody_acts_for_two_departments() -> None:
    worker = CaseActor("li", Post.WORKER, "water")
    check_holding(worker, [HEAD, CHIEF])
    check_holding(CHIEF, [HEAD])
    check_holding(HEAD, [HEAD])
    with pytest.raises(PostUnusable, match="li acts for roads already"):
        check_holding(worker, [CHIEF, CaseActor("li", Post.HEAD, "roads")])


@pytest.mark.parametrize(
    ("held", "department", "sees_only_its_cases"),
    [([], "", False), ([CHIEF], "", False), ([HEAD], "water", True), ([CHIEF, HEAD], "water", False)],
)
def test_who_has_a_post_of_the_centre_too_sees_more_than_a_department(
    held: list[CaseActor], department: str, sees_only_its_cases: bool
) -> None:
    assert (department_of(held), is_of_department_only(held)) == (department, sees_only_its_cases)


def test_who_did_one_thing_may_not_do_the_other_in_the_same_case() -> None:
    assert {duty: conflicting(duty) for duty in Duty} == {
        Duty.FILED: {Duty.CHECKED},
        Duty.HANDLED: {Duty.CHECKED, Duty.CLOSED},
        Duty.CHECKED: {Duty.FILED, Duty.HANDLED},
        Duty.CLOSED: {Duty.HANDLED},
    }
