"""Roles of the business include one another upwards; administrators stand apart from them and from each other."""

from cityops.accounts.roles import BUSINESS, Role


def test_each_role_of_the_business_includes_those_below() -> None:
    assert [[role.includes(other) for other in BUSINESS] for role in BUSINESS] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_an_administrator_includes_nothing_but_itself_and_is_included_by_nobody() -> None:
    administrators = [role for role in Role if role.is_administrator]

    assert len(administrators) == 3
    for administrator in administrators:
        assert [role for role in Role if administrator.includes(role)] == [administrator]
        assert [role for role in Role if role.includes(administrator)] == [administrator]
