"""Edits of a catalogue, what is different after them, and limits tried on past cases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cases.catalogue.catalogue_files import demo_catalogue
from cases.catalogue.differences import Change, changed_limits, differences, things_in
from cases.catalogue.edits import with_lead, with_limits
from cases.catalogue.limit_trials import PastClock, try_limits
from cases.catalogue.rule_edits import with_rule, without_rule
from cases.clock.deadline import ClockInputs
from cases.clock.limits import Limit, LimitUnit, read_limit
from cases.errors import CategoryUnknown, RoutingError
from cases.routing.responsibility import find_route
from cityops.imports.findings import ImportRefused
from tests.unit.cases import people
from tests.unit.cases.calendars import calendar

KNOWN = demo_catalogue()
FLOOD = "event/05-06"
CELLS = {"category": FLOOD, "area": "9901", "role": "lead", "department": "parks", "valid_until": "2027-01-01"}
STAGED = next(standard for one in KNOWN.categories.values() for standard in one.standards if len(standard.stages) > 1)
START = people.START


@pytest.mark.parametrize("text", ["2u", "4h", "1d", "2n", "1.5h", "10d", "100u"])
def test_a_limit_is_written_as_it_is_read(text: str) -> None:
    assert read_limit(text).short == text


# ---- edits


def test_a_rule_is_added_changed_and_dropped_and_the_known_catalogue_stays() -> None:
    before = KNOWN.rules
    added = with_rule(KNOWN, CELLS)
    changed = with_rule(added, {**CELLS, "priority": "3"}, len(before))

    assert added.rules[:-1] == before == KNOWN.rules
    day = START.date()
    assert find_route(added.responsibilities(), FLOOD, "990101", day=day).lead == "parks"
    assert find_route(added.responsibilities(), FLOOD, "990201", day=day).lead == "drainage"
    assert changed.rules[-1] == replace(added.rules[-1], priority=3)
    assert without_rule(changed, len(before)) == KNOWN


@pytest.mark.parametrize("number", [-1, len(KNOWN.rules)])
def test_a_rule_that_is_not_there_is_not_changed(number: int) -> None:
    with pytest.raises(RoutingError):
        with_rule(KNOWN, CELLS, number)
    with pytest.raises(RoutingError):
        without_rule(KNOWN, number)


def test_no_rule_stands_twice() -> None:
    with pytest.raises(RoutingError, match="already"):
        with_rule(with_rule(KNOWN, CELLS), CELLS)


def test_every_mistake_of_a_rule_is_told_at_once() -> None:
    with pytest.raises(ImportRefused) as refused:
        with_rule(KNOWN, {**CELLS, "department": "nobody", "priority": "high", "valid_from": "tomorrow"})

    assert {one.column for one in refused.value.errors} == {"department", "priority", "valid_from"}


def test_each_stage_has_a_limit_of_its_own() -> None:
    limits = [f"{number}u" for number, _ in enumerate(STAGED.stages, 1)]
    after = with_limits(KNOWN, STAGED.standard, limits, "1")
    found = next(one for one in differences(KNOWN, after))

    assert found.change is Change.CHANGED
    standard = next(
        one for each in after.categories.values() for one in each.standards if one.standard == STAGED.standard
    )
    assert [stage.limit.short for stage in standard.stages] == limits
    assert standard.severity == 1
    assert [stage.closing_zh for stage in standard.stages] == [stage.closing_zh for stage in STAGED.stages]
    assert changed_limits(KNOWN, after) == {
        STAGED.standard: (STAGED.stages[-1].limit, Limit(Decimal(len(limits)), LimitUnit.URGENT_HOUR))
    }


@pytest.mark.parametrize(("standard", "limits"), [("event/05-06.9", ["2u"]), ("flood", ["2u"]), (f"{FLOOD}.1", [])])
def test_limits_are_those_of_a_condition_that_is_there(standard: str, limits: list[str]) -> None:
    with pytest.raises(CategoryUnknown):
        with_limits(KNOWN, standard, limits, "2")


def test_limits_and_severity_that_are_none_are_told_with_their_stage() -> None:
    with pytest.raises(ImportRefused) as refused:
        with_limits(KNOWN, STAGED.standard, ["2u", *["soon"] * (len(STAGED.stages) - 1)], "9")

    assert [(one.row, one.column) for one in refused.value.errors] == [
        *((number, "limit") for number in range(2, len(STAGED.stages) + 1)),
        (1, "severity"),
    ]


def test_another_department_leads_a_category() -> None:
    after = with_lead(KNOWN, FLOOD, "parks")

    assert find_route(after.responsibilities(), FLOOD, "99", day=START.date()).lead == "parks"
    with pytest.raises(CategoryUnknown):
        with_lead(KNOWN, "event/99-99", "parks")
    with pytest.raises(ImportRefused, match="no department 'nobody'"):
        with_lead(KNOWN, FLOOD, "nobody")


# ---- differences


def test_rules_that_are_called_alike_are_told_apart() -> None:
    twins = with_rule(with_rule(KNOWN, {**CELLS, "component": "lamp-1"}), {**CELLS, "component": "lamp-2"})
    name = "rule event/05-06 in 9901: lead parks"

    assert [one.name for one in differences(KNOWN, twins)] == [name, f"{name} (2)"]
    assert len(things_in(twins)) == len(KNOWN.departments) + len(KNOWN.categories) + len(twins.rules)


def test_what_is_gone_is_told_last() -> None:
    key = next(iter(KNOWN.categories))
    others = {name: one for name, one in KNOWN.categories.items() if name != key}
    found = list(differences(KNOWN, replace(with_rule(KNOWN, CELLS), categories=others)))

    assert [one.change for one in found] == [Change.NEW, Change.GONE]
    assert found[-1].name.startswith(key)
    assert list(differences(KNOWN, KNOWN)) == []


# ---- limits on past cases

WORKED = calendar()
CALENDARS = {("city", 1): WORKED}
TWO, THIRTY = read_limit("2u"), read_limit("30u")


def past(hours: float, **clock: object) -> PastClock:
    inputs = ClockInputs(START, TWO, **clock)  # type: ignore[arg-type]
    return PastClock(1, "a.1", inputs, ("city", 1), START + timedelta(hours=hours))


def test_a_changed_limit_is_counted_from_the_same_start() -> None:
    (trial,) = try_limits({"a.1": (TWO, THIRTY)}, [past(1), past(2), past(3), past(31)], CALENDARS)

    assert (trial.cases, trial.overdue_before, trial.overdue_after) == (4, 2, 1)


def test_pauses_and_extensions_are_those_that_were_granted() -> None:
    paused = past(9).clock.paused(START + timedelta(hours=1), START + timedelta(hours=8))
    cases = [replace(past(8.5), clock=paused), past(3.5, extensions=(TWO,))]
    (trial,) = try_limits({"a.1": (TWO, read_limit("1u"))}, cases, CALENDARS)

    assert (trial.overdue_before, trial.overdue_after) == (0, 2)


def test_what_no_calendar_counts_is_told_apart() -> None:
    late = replace(past(1).clock, start=START + timedelta(days=3650))
    (trial,) = try_limits({"a.1": (TWO, read_limit("3d"))}, [past(1), replace(past(1), clock=late)], CALENDARS)

    assert (trial.cases, trial.uncounted) == (1, 1)


def test_a_limit_without_cases_is_tried_on_none() -> None:
    (trial,) = try_limits({"a.1": (TWO, THIRTY)}, [], CALENDARS)

    assert (trial.cases, trial.before, trial.after) == (0, TWO, THIRTY)
