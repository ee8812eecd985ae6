"""Who is responsible: the most specific rule, and nothing that resolves to nobody is passed over in silence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import RoutingError
from cases.routing.responsibility import Responsibility, ResponsibleRole, Route, check_rules, find_route
from cases.routing.rule_trials import Gap, PastCase, coverage_gaps, dry_run

DAY = date(2026, 6, 8)
HELP = ResponsibleRole.HELP
RULES = [
    Responsibility("02", "99", "roads"),
    Responsibility("02-13", "99", "bridges"),
    Responsibility("02-13", "990101", "street-1"),
    Responsibility("02-13", "99", "water", role=HELP),
    Responsibility("02-13", "990101", "power", component="P-7"),
    Responsibility("05", "99", "gas", valid_until=date(2026, 1, 1)),
    Responsibility("05", "99", "gas-new", valid_from=date(2026, 1, 1)),
]


@pytest.mark.parametrize(
    ("category", "area", "component", "lead"),
    [
        ("02-01", "990102", "", "roads"),
        ("02-13", "990102", "", "bridges"),  # the longer category
        ("02-13", "990101", "", "street-1"),  # the smaller area
        ("02-13", "99010107", "", "street-1"),  # with all that lies in it
        ("02-13", "990101", "P-7", "power"),  # one component
        ("02-13", "990102", "P-7", "bridges"),
        ("05-02", "990101", "", "gas-new"),
        ("07-01", "990101", "", ""),
        ("02-13", "880101", "", ""),
    ],
)
def test_the_most_specific_rule_wins(category: str, area: str, component: str, lead: str) -> None:
    assert find_route(RULES, category, area, day=DAY, component=component).lead == lead


def test_a_rule_of_another_day_says_nothing() -> None:
    assert find_route(RULES, "05-02", "990101", day=date(2025, 12, 31)).lead == "gas"


def test_the_order_of_rules_is_of_no_meaning() -> None:
    assert find_route(RULES[::-1], "02-13", "990101", day=DAY) == find_route(RULES, "02-13", "990101", day=DAY)


def test_who_helps_does_not_lead_as_well() -> None:
    assert find_route(RULES, "02-13", "990102", day=DAY).helpers == ("water",)
    both = [Responsibility("1", "", "a"), Responsibility("1", "", "a", role=HELP)]
    assert find_route(both, "1", "99", day=DAY).helpers == ()


def test_priority_outweighs_what_is_specific() -> None:
    """District and city department overlap: the city's is the lead."""
    rules = [*RULES, Responsibility("02", "", "city", priority=1)]

    assert find_route(rules, "02-13", "990101", day=DAY).lead == "city"


def test_two_with_the_same_right_are_both_named() -> None:
    rules = [*RULES, Responsibility("02-13", "990101", "street-2")]
    found = find_route(rules, "02-13", "990101", day=DAY)

    assert found == Route("street-1", ("water",), ("street-2",))
    assert not found.is_clear


def test_the_owner_of_a_component_is_not_who_handles_it() -> None:
    rules = [Responsibility("1", "", "owner", role=ResponsibleRole.OWNER)]

    assert find_route(rules, "1", "99", day=DAY) == Route("")


def test_what_resolves_to_nobody_or_to_two_is_listed() -> None:
    rules = [*RULES, Responsibility("02-13", "990101", "street-2")]
    gaps = list(coverage_gaps(rules, ["02-13", "07-01"], ["990101", "990102"], day=DAY))

    assert gaps == [
        Gap("02-13", "990101", ("street-1", "street-2")),
        Gap("07-01", "990101"),
        Gap("07-01", "990102"),
    ]


CODES = st.sampled_from(["", "01", "01-01", "01-02", "02", "02-01"])
AREAS = st.sampled_from(["", "99", "9901", "9902", "990101", "990102"])
SETS = st.lists(st.builds(Responsibility, CODES, AREAS, st.sampled_from("abc"), priority=st.integers(0, 1)), max_size=8)


@given(SETS)
def test_every_category_in_every_area_resolves_or_is_listed(rules: list[Responsibility]) -> None:
    categories, leaves = ["01-01", "01-02", "02-01"], ["990101", "990102", "9902"]
    listed = {(gap.category, gap.area) for gap in coverage_gaps(rules, categories, leaves, day=DAY)}

    for category in categories:
        for area in leaves:
            assert find_route(rules, category, area, day=DAY).is_clear is ((category, area) not in listed)


def test_a_dry_run_names_the_past_cases_that_would_go_elsewhere() -> None:
    past = [
        PastCase(1, "02-13", "990101", DAY, "street-1"),
        PastCase(2, "02-01", "990102", DAY, "roads"),
        PastCase(3, "05-02", "990101", date(2025, 6, 1), "gas"),
    ]
    changed = [*RULES, Responsibility("02-13", "990101", "water", priority=2)]
    (found,) = dry_run(RULES, changed, past)

    assert (found.case_id, found.before.lead, found.after.lead, found.led) == (1, "street-1", "water", "street-1")
    assert list(dry_run(RULES, RULES[::-1], past)) == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (Responsibility("1", "99", "nobody"), "no department 'nobody'"),
        (Responsibility("", "", "a", valid_from=DAY, valid_until=DAY), r"\* in \*: it ends before it begins"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(rule: Responsibility, reason: str) -> None:
    open_ended = [Responsibility("1", "99", "a", valid_from=DAY), Responsibility("1", "99", "a", valid_until=DAY)]
    check_rules([Responsibility("1", "99", "a"), *open_ended], {"a": None})

    with pytest.raises(RoutingError, match=reason):
        check_rules([rule], {"a": None})
