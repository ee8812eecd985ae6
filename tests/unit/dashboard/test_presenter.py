"""What the presenter's page draws."""

from datetime import UTC, datetime, timedelta

import pytest
from dash.development.base_component import Component

from cityops.catalogue import Names
from cityops.scenarios import LEAD_IN, Run, Scenario, ScenarioStep
from dashboard import texts
from dashboard.pages.presenter import view

NOW = datetime(2026, 7, 1, tzinfo=UTC)
STEPS = tuple(
    ScenarioStep(at, Names(f"步骤{number}", f"Step {number}"), Names(f"讲解{number}", f"Words {number}"))
    for number, at in enumerate((0.0, 60.0, 120.0), 1)
)
STORY = Scenario("gas-leak", Names("燃气泄漏", "Gas leak"), Names("…", "…"), 240, 4, STEPS)
RUN = Run(1, "gas-leak", 4, NOW, "duty", NOW)


def words(component: object) -> str:
    """Return all text of a component tree."""
    if isinstance(component, (list, tuple)):
        return " ".join(map(words, component))
    if isinstance(component, Component):
        return words(getattr(component, "children", ""))
    return "" if component is None else str(component)


@pytest.mark.parametrize(
    ("seconds", "step", "clock"),
    [
        (0, "讲解1", "00:00"),
        (14.9, "讲解1", "00:14"),
        (15, "讲解2", "00:15"),
        (30, "讲解3", "00:30"),
        (59, "讲解3", "00:59"),
    ],
)
def test_the_stage_shows_the_running_step_and_what_to_say(seconds: float, step: str, clock: str) -> None:
    shown = words(view.stage(STORY, RUN, NOW + timedelta(seconds=seconds), "zh", texts.speaker("zh")))

    assert step in shown
    assert f"{clock} / 01:00" in shown
    assert sum(f"讲解{number}" in shown for number in (1, 2, 3)) == 1


def test_there_is_a_card_for_each_scenario_in_the_language_of_the_page() -> None:
    cards = view.cards([STORY], STORY, "en", texts.speaker("en"))

    assert [getattr(card, "className", "") for card in cards] == ["scenario-card card scenario-gas-leak is-told"]
    assert "Gas leak takes 01:00" in words(cards)
    assert "Start again" in words(cards)


def test_without_a_simulator_the_page_says_what_to_do() -> None:
    assert "cityops demo" in words(view.cards([], None, "zh", texts.speaker("zh")))


def test_nothing_is_told_before_the_story_begins() -> None:
    run = Run(1, "gas-leak", 4, NOW, "duty", NOW + LEAD_IN)

    shown = words(view.stage(STORY, run, NOW + timedelta(seconds=5), "zh", texts.speaker("zh")))

    assert "正在清场" in shown
    assert "讲解1" not in shown
    assert "00:00 / 01:00" in shown
