"""Which scope lies in which, what is seen of an area, and what of it reaches the database."""

import re

import pytest

from cityops.scope import WHOLE, Scope, ScopeError, make_scope

TRAFFIC, DISTRICT, STREET = (
    Scope(domains=("traffic",)),
    Scope(areas=("990101",)),
    Scope(areas=("990101001", "990101002")),
)


@pytest.mark.parametrize(
    ("scope", "area"),
    [
        (WHOLE, ""),
        (TRAFFIC, ""),
        (DISTRICT, "990101"),
        (STREET, ""),
        (Scope(areas=()), ""),
        (Scope(areas=("990101",), department="water"), ""),
    ],
)
def test_one_area_is_only_that_of_who_sees_nothing_else(scope: Scope, area: str) -> None:
    assert scope.only_area == area


@pytest.mark.parametrize(
    ("outer", "inner", "covers"),
    [
        (WHOLE, WHOLE, True),
        (WHOLE, Scope(("traffic",), ("990101",)), True),
        (TRAFFIC, WHOLE, False),
        (TRAFFIC, Scope(("traffic",), ("990101",)), True),
        (TRAFFIC, Scope(("emergency", "traffic")), False),
        (TRAFFIC, DISTRICT, False),
        (DISTRICT, STREET, True),
        (STREET, DISTRICT, False),
        (DISTRICT, Scope(areas=("990101001", "990102001")), False),
    ],
)
def test_a_scope_covers_what_lies_wholly_in_it(outer: Scope, inner: Scope, covers: bool) -> None:
    assert outer.covers(inner) is covers


def test_a_scope_is_made_of_known_domains_and_of_codes_each_once_and_nothing_is_all() -> None:
    made = make_scope(["traffic", "emergency", "traffic"], ["990102", "990101"], known=["traffic", "emergency"])

    assert made == Scope(("emergency", "traffic"), ("990101", "990102"))
    assert make_scope([], [], known=[]) == WHOLE


@pytest.mark.parametrize(
    ("domains", "areas", "strange"),
    [
        (["spells"], [], "spells"),
        ([], ["99 01"], "99 01"),
        ([], [""], "''"),
        ([], ["9" * 33], "9999"),
        (["*"], [], "*"),
    ],
)
def test_what_is_no_domain_and_no_area_is_named(domains: list[str], areas: list[str], strange: str) -> None:
    with pytest.raises(ScopeError, match=re.escape(strange)):
        make_scope(domains, areas, known=["traffic"])


@pytest.mark.parametrize(
    ("area", "by_district", "by_street"),
    [
        ("", True, True),  # of the whole city something is seen by everybody
        ("99", True, True),
        ("990101", True, True),
        ("990101001", True, True),
        ("990101003", True, False),
        ("990102", False, False),
        ("99010", True, True),
    ],
)
def test_of_an_area_something_is_seen_by_who_sees_what_is_in_it_or_around_it(
    area: str, by_district: bool, by_street: bool
) -> None:
    assert (DISTRICT.reaches(area), STREET.reaches(area)) == (by_district, by_street)
    assert WHOLE.reaches(area)


@pytest.mark.parametrize(
    ("scope", "seen"), [(WHOLE, True), (TRAFFIC, True), (DISTRICT, True), (Scope(domains=()), False)]
)
def test_a_domain_is_seen_unless_others_are_named(scope: Scope, seen: bool) -> None:
    assert scope.has_domain("traffic") is seen
    assert TRAFFIC.has_domain("emergency") is False


def test_the_database_is_told_all_or_a_list_and_nothing_is_not_all() -> None:
    assert WHOLE.settings == {"domains": "*", "areas": "*", "department": ""}
    narrow = Scope(("emergency", "traffic"), ("990101",), "water-1")
    assert narrow.settings == {"domains": "emergency,traffic", "areas": "990101", "department": "water-1"}
    assert Scope((), ()).settings == {"domains": "", "areas": "", "department": ""}


@pytest.mark.parametrize(
    "scope",
    [
        Scope(areas=("9901,9902",)),
        Scope(areas=("*",)),
        Scope(domains=("traffic'; --",)),
        Scope(department="*"),
        Scope(department="Water"),
        Scope(department="w" * 64),
    ],
)
def test_nothing_else_than_names_and_codes_reaches_the_database(scope: Scope) -> None:
    with pytest.raises(ScopeError):
        _ = scope.settings
