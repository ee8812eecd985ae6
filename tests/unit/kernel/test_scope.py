"""Which scope lies in which."""

import pytest

from cityops.scope import WHOLE, Scope

TRAFFIC, DISTRICT, STREET = (
    Scope(domains=("traffic",)),
    Scope(areas=("990101",)),
    Scope(areas=("990101001", "990101002")),
)


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
