"""Which scope lies in which."""

import pytest

from cityops.scope import WHOLE, Scope

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
