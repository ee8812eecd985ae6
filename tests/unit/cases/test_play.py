"""The people of the demo: the same seed tells the same story, and no step is refused by the rules."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cases.catalogue.catalogue_files import demo_catalogue
from cases.life.acts import apply
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import Closing, Details, Dispatching, Naming
from cases.life.states import ENDS, CaseState
from cases.life.transitions import Act
from cases.play.played_case import PlayedCase
from cases.play.reports import Spot, reports_of_day
from cases.play.steps import next_step
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI, calendar

SPOTS = [Spot("990101", 118.8, 31.9, "一号")]
DAY = date(2026, 6, 8)
DISPATCHING = Dispatching(lead="roads", helpers=("water",), calendar="city", calendar_version=1, routed=True)


def story(seed: str) -> Iterator[tuple[Deed, Case]]:
    """Yield what is done with a case and the case as it is then, until nothing is done any more."""
    first = next(reports_of_day(DAY, seed=7, catalogue=demo_catalogue(), spots=SPOTS, zone=SHANGHAI))
    deed = Deed(Act.REPORT, first.actor, first.at, details=first.said)
    case = apply(None, deed, {})
    yield deed, case
    while (step := next_step(PlayedCase(case, deed.at, seed, calendar()))) is not None:
        assert step.at >= deed.at
        deed = Deed(step.act, step.actor, step.at, step.reason, step.details or details(step.act, case))
        case = apply(case, deed, people.CALENDARS)
        yield deed, case


def details(act: Act, case: Case) -> Details:
    """What the catalogue and the calendars say."""
    known: dict[Act, Details] = {
        Act.FILE: people.FILING,
        Act.DISPATCH: DISPATCHING,
        Act.ARBITRATE: Naming(department="roads"),
        Act.CLOSE: Closing(stages_met=len(case.stages)),
    }
    return known.get(act, Details())


@pytest.mark.parametrize("seed", [f"7/{number}" for number in range(60)])
def test_every_story_comes_to_an_end_by_the_rules(seed: str) -> None:
    told = list(story(seed))

    assert told[-1][1].state in ENDS
    assert told == list(story(seed))


def test_stories_differ() -> None:
    ends = [list(story(f"7/{number}"))[-1][1] for number in range(60)]
    assert {case.state for case in ends} >= {CaseState.CLOSED, CaseState.REFUSED}
    assert len({case.version for case in ends}) > 3
    assert any(case.overdue_at for case in ends)
    assert not all(case.overdue_at for case in ends)


def test_the_same_seed_reports_the_same_on_the_same_day() -> None:
    one, again, other = (
        list(reports_of_day(day, seed=7, catalogue=demo_catalogue(), spots=SPOTS, zone=SHANGHAI))
        for day in (DAY, DAY, DAY + timedelta(days=1))
    )
    assert one == again
    assert one != other
    assert {one.at.astimezone(SHANGHAI).date() for one in one} == {DAY}


def test_what_nobody_named_is_left_to_people() -> None:
    case = people.story_in(CaseState.REPORTED).present
    assert next_step(PlayedCase(case, case.reported_at, "7/1", calendar())) is None
