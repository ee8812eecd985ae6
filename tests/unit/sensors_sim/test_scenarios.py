"""Scenarios: every file can be told, and what it brings about is what its key alerts ask for."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from alerts.conditions import Threshold
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue, load_catalogue
from cityops.scenarios import Run, Scenario
from sensors_sim.errors import ScenarioError
from sensors_sim.publishing.publisher import live_messages
from sensors_sim.publishing.reading_messages import MessageFormat
from sensors_sim.scoring.expected_alerts import answer, load_answers
from sensors_sim.story import scenarios
from sensors_sim.story.delivery import parcels, words
from sensors_sim.story.director import tell
from sensors_sim.story.extents import find_extents
from sensors_sim.story.faults import FaultKind
from sensors_sim.story.simulation import Simulation
from tests.unit.sensors_sim.conftest import START

NOW = START.astimezone(UTC)
T = START.timestamp()
RAISES = {
    "rainstorm": {"underpass-water", "underpass-closed", "river-high", "congestion", "parking-full", "manhole-open",
                  "hydrant-pressure"},
    "gas-leak": {"gas-leak", "gas-emergency", "congestion"},
    "rush-hour-crash": {"congestion", "parking-full"},
    "pollution-episode": {"pm25-moderate", "pm25-heavy"},
    "heatwave": {"heat", "hydrant-pressure"},
    "festival": {"crowd", "noise", "smoke", "parking-full"},
}  # fmt: skip


def run_of(name: str, *, pace: float = 1.0, ended_at: datetime | None = None) -> Run:
    return Run(1, name, pace, NOW, "test", NOW, ended_at=ended_at)


def told(quiet: Simulation, name: str, *, pace: float = 1.0) -> Simulation:
    return quiet.with_script(tell(quiet, run_of(name, pace=pace), quiet.script))


@pytest.mark.parametrize("scenario", scenarios.all_scenarios(), ids=lambda one: one.name)
def test_every_scenario_has_words_for_the_room_and_steps_in_order(scenario: Scenario) -> None:
    times = [step.at for step in scenario.steps]

    assert times == sorted(set(times))
    assert times[-1] < scenario.lasts
    for names in (
        scenario.title,
        scenario.summary,
        *(part for step in scenario.steps for part in (step.title, step.says)),
    ):
        assert names.zh.strip()
        assert names.en.strip()


@pytest.mark.parametrize("name", scenarios.ORDER)
@pytest.mark.parametrize("presented", [False, True])
def test_every_scenario_brings_about_what_it_is_for(quiet: Simulation, name: str, presented: bool) -> None:
    """At its natural pace as well as at the presenter's."""
    pace = scenarios.load_story(name).pace if presented else 1.0
    city = told(quiet, name, pace=pace)
    expected = set()
    for incident in city.script.staged:
        found = answer(city, incident, start=incident.start, end=incident.end)
        expected |= {one.rule for one in found.expected}

    assert expected == RAISES.get(name, set())


def test_the_answers_are_those_of_the_alert_rules() -> None:
    """Two people wrote the limits down; this test compares them."""
    theirs = {}
    for rule in load_rules(load_catalogue()):
        if isinstance(when := rule.when, Threshold):
            theirs[rule.id] = (rule.severity, rule.kind, when.metric, when.direction, when.limit)
    ours = {one.id: (one.severity, one.kind, one.metric, one.direction, one.limit) for one in load_answers().rule}

    assert ours.items() <= theirs.items()


def test_an_unknown_scenario_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match="quiet-day, rainstorm"):
        scenarios.summarise("flood")


def test_a_step_moves_what_is_to_come_and_nothing_of_the_city(quiet: Simulation) -> None:
    scenario = scenarios.summarise("gas-leak")
    run = run_of("gas-leak")
    now = NOW + timedelta(seconds=30)
    stepped = run.jumped(scenario.next_step(run.seconds(now)), now=now)

    assert scenario.step_at(stepped.seconds(now)) == 1
    assert stepped.moment(120) == now
    plume = next(one for one in scenarios.stage(quiet, stepped)[0] if one.name == "gas_plume")
    assert plume.start == now.timestamp()


def test_a_stopped_scenario_fades_and_begins_nothing_more(quiet: Simulation) -> None:
    stop = NOW + timedelta(minutes=5)
    incidents, _ = scenarios.stage(quiet, run_of("gas-leak", ended_at=stop))

    assert {one.name for one in incidents} == {"gas_leak", "gas_plume"}
    assert all(one.end <= stop.timestamp() + 2 * one.rise for one in incidents)


def test_nothing_begins_by_chance_while_a_story_is_told(simulation: Simulation) -> None:
    city = told(simulation, "quiet-day")

    assert all(one.start < T for one in city.script.incidents(T, T + 86399))
    assert city.script.incidents(T + 86400, T + 2 * 86400)


def test_a_plume_grows_downwind_of_its_source(quiet: Simulation) -> None:
    city = told(quiet, "gas-leak")
    plume = next(one for one in city.script.staged if one.name == "gas_plume")
    areas = []
    for after in (60, 300):
        extents = list(find_extents(city.city, city.script.staged, plume.start + after))
        assert [one.kind for one in extents] == ["plume"]
        points = np.array(extents[0].geometry["coordinates"][0])
        areas.append(np.ptp(points[:, 0]) * np.ptp(points[:, 1]))

    assert areas[1] > 3 * areas[0]


def test_bad_sensors_have_every_kind_of_fault(quiet: Simulation) -> None:
    _, faults = scenarios.stage(quiet, run_of("bad-sensors"))

    assert {one.kind for one in faults} == set(FaultKind)


def test_an_outage_holds_everything_back_and_loses_nothing(quiet: Simulation) -> None:
    city = told(quiet, "broker-outage")
    count = [sum(len(one.reports) for one in parcels(city, T + a, T + b)) for a, b in ((60, 179), (179, 186), (0, 360))]
    healthy = sum(len(reports) for reports in quiet.reports(T, T + 360))

    assert count[0] == 0
    assert count[1] > 1000
    assert count[2] == healthy
    assert len(words(city, T, T + 360)) == 1000


def test_what_devices_send_does_not_depend_on_how_the_span_is_cut(quiet: Simulation, catalogue: Catalogue) -> None:
    del catalogue
    city = told(quiet, "bad-sensors", pace=6)
    whole = live_messages(city, T, T + 300, form=MessageFormat.JSON, pack=1)
    pieces = [
        m for a in range(0, 300, 5) for m in live_messages(city, T + a, T + a + 5, form=MessageFormat.JSON, pack=1)
    ]

    def counted(messages: list[object]) -> int:
        return sum(message.payload.count(b'"seq"') for message in messages)  # type: ignore[attr-defined]

    assert counted(pieces) == counted(whole)  # type: ignore[arg-type]
