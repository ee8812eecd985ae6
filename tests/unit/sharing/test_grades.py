"""Who may have a data set, and which decisions contradict themselves."""

from dataclasses import replace

import pytest

from cityops.catalogue import Catalogue, load_catalogue
from sharing.datasets.data_set import DataSetDecision, UpdateCycle, check_decision
from sharing.datasets.grades import DataLevel, Grades, Openness, OpenType, ShareType, check_grades, is_open, openness
from sharing.datasets.seeds import decide_for_demo, sets_of
from sharing.errors import DecisionUnusable

OPEN = Grades(ShareType.UNCONDITIONAL, "", OpenType.OPEN, DataLevel.GENERAL, general_grade=1, personal=False)


@pytest.mark.parametrize(
    ("changes", "is_decided", "expected"),
    [
        ({}, True, Openness.OPEN),
        ({}, False, Openness.UNDECIDED),
        ({"data_level": DataLevel.IMPORTANT}, True, Openness.NOT_GENERAL),
        ({"data_level": DataLevel.CORE, "personal": True}, True, Openness.NOT_GENERAL),
        ({"personal": True}, True, Openness.PERSONAL),
        ({"open_type": OpenType.CONDITIONAL}, True, Openness.CONDITIONAL),
        ({"open_type": OpenType.CLOSED}, True, Openness.CLOSED),
    ],
)
def test_a_set_is_open_or_says_why_not(changes: dict[str, object], is_decided: bool, expected: Openness) -> None:
    grades = replace(OPEN, **changes)  # type: ignore[arg-type]

    assert openness(grades, is_decided=is_decided) is expected
    assert is_open(grades, is_decided=is_decided) is (expected is Openness.OPEN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"general_grade": None}, "general_grade"),
        ({"general_grade": 5}, "general_grade"),
        ({"data_level": DataLevel.CORE, "open_type": OpenType.CLOSED}, "general_grade"),
        ({"share_type": ShareType.CONDITIONAL}, "share_condition"),
        ({"share_condition": "for rescue"}, "share_condition"),
        ({"share_type": ShareType.CONDITIONAL, "share_condition": "x" * 1001}, "share_condition"),
        ({"personal": True}, "open_type"),
        ({"personal": True, "open_type": OpenType.CLOSED}, "share_type"),
        ({"data_level": DataLevel.IMPORTANT, "general_grade": None}, "open_type"),
    ],
)
def test_a_decision_that_contradicts_itself_names_the_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DecisionUnusable) as refused:
        check_grades(replace(OPEN, **changes))  # type: ignore[arg-type]

    assert refused.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        *({"general_grade": grade} for grade in (1, 2, 3, 4)),
        {"share_type": ShareType.CONDITIONAL, "share_condition": "x" * 1000},
        {"share_type": ShareType.NONE, "open_type": OpenType.CLOSED, "personal": True},
    ],
)
def test_a_decision_that_agrees_with_itself_is_taken(changes: dict[str, object]) -> None:
    check_grades(replace(OPEN, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texts", "field"),
    [({"basis": " "}, "basis"), ({"provider": ""}, "provider"), ({"licence": "x" * 201}, "licence")],
)
def test_a_decision_says_who_provides_it_and_on_what_it_rests(texts: dict[str, str], field: str) -> None:
    said = {"provider": "ecology", "basis": "Order 1"} | texts
    with pytest.raises(DecisionUnusable) as refused:
        check_decision(DataSetDecision(OPEN, UpdateCycle.DAILY, **said))

    assert refused.value.field == field


@pytest.mark.parametrize("chosen", [None, ["all"]])
def test_every_kind_of_a_city_has_readings_and_hours_and_nothing_is_decided(chosen: list[str] | None) -> None:
    catalogue = load_catalogue(chosen=chosen)
    found = sets_of(catalogue)

    names = [one.name for one in found]
    assert len(names) == len(set(names))
    assert {f"{subject}-{kind}" for kind in catalogue.kind for subject in ("readings", "hours")} <= set(names)
    assert {"areas", "alerts", "warnings", "cases", "evaluation"} <= set(names)
    assert {one.openness for one in found} == {Openness.UNDECIDED}
    assert not [one for one in found if "{" in one.title.zh + one.title.en + one.notes.zh + one.notes.en]


def test_the_demo_opens_what_is_harmless_and_keeps_cases_closed(catalogue: Catalogue) -> None:
    for one in sets_of(catalogue):
        decision = decide_for_demo(one, catalogue)
        check_decision(decision)
        assert is_open(decision.grades, is_decided=True) is (one.name != "cases")


def test_a_set_of_which_nothing_was_said_tells_of_persons_and_goes_to_nobody() -> None:
    assert Grades() == Grades(ShareType.NONE, "", OpenType.CLOSED, DataLevel.GENERAL, general_grade=None, personal=True)
    assert openness(Grades(), is_decided=True) is Openness.PERSONAL
