"""Domains that describe themselves to the simulator: every kind can be played, and every scenario keeps its word."""

from datetime import UTC, timedelta
from pathlib import Path

import numpy as np
import pytest

from alerts.conditions import Threshold
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue, load_catalogue
from cityops.scenarios import Run
from sensors_sim.errors import ScenarioError, SimulatorFileError
from sensors_sim.fleet.devices import make_fleet, place_devices
from sensors_sim.fleet.model_registry import find_model
from sensors_sim.fleet.simulator_files import read_simulator_files
from sensors_sim.land.city import CityLand
from sensors_sim.models.weather import make_weather
from sensors_sim.scoring.expected_alerts import answer, answers_of
from sensors_sim.story import scenarios
from sensors_sim.story.claims import Clears, Raises
from sensors_sim.story.director import tell
from sensors_sim.story.incident_plans import described_plans
from sensors_sim.story.simulation import Simulation
from sensors_sim.time_grid import DAY, Moments
from tests.unit.sensors_sim.conftest import START, ZONE

NOW = START.astimezone(UTC)
T = START.timestamp()
STORIES = ("drains-full", "dig-damage", "electrical-fire", "holiday-waste", "golden-week")


@pytest.fixture(scope="module")
def every() -> Catalogue:
    return load_catalogue(chosen=["all"])


@pytest.fixture(scope="module")
def whole(every: Catalogue) -> Simulation:
    return Simulation.make(every, ZONE, seed=7, sensors=500, start=START, incidents=False)


def test_every_kind_of_every_domain_can_be_played(every: Catalogue, city: CityLand) -> None:
    """Also those that no model and no file describes: they stay plausible, move, and differ from one another."""
    weather = make_weather(7)
    moments = Moments(np.repeat(T + np.arange(0, DAY, 1800.0), 2), 8 * 3600.0)
    for kind, entry in every.kind.items():
        sites = make_fleet(city, every, kind, 2).sites.take(np.tile([0, 1], len(moments.time) // 2))
        values = find_model(every, kind)(moments, sites, weather)
        assert set(values) == set(entry.metrics), kind
        for metric, column in values.items():
            low, high = every.metric[metric].plausible
            assert column.shape == moments.time.shape, (kind, metric)
            assert np.isfinite(column).all(), (kind, metric)
            assert low <= column.min() <= column.max() <= high, (kind, metric)


def test_all_domains_are_on_the_map_of_five_hundred_sensors(whole: Simulation, every: Catalogue) -> None:
    counts = dict.fromkeys(every.domain, 0)
    for fleet in whole.fleets.values():
        counts[fleet.sensors[0].domain] += len(fleet)

    assert sum(counts.values()) == 500
    assert min(counts.values()) >= 20, counts


def test_ids_and_prefixes_are_nobody_elses(whole: Simulation) -> None:
    ids = [sensor.sensor_id for fleet in whole.fleets.values() for sensor in fleet.sensors]
    prefixes = [fleet.sensors[0].sensor_id.split("-")[0] for fleet in whole.fleets.values()]

    assert len(set(ids)) == len(ids)
    assert len(set(prefixes)) == len(prefixes)


def test_more_domains_change_nothing_of_the_usual_ones(quiet: Simulation, whole: Simulation) -> None:
    """The devices and values of the three are the same beside five others: fewer, and not otherwise."""
    for kind in ("gas_detector", "air_station", "traffic_detector"):
        ours, theirs = quiet.fleets[kind], whole.fleets[kind]
        few = min(len(ours), len(theirs))
        assert ours.sensors[:few] == theirs.sensors[:few]
        device, times, number = np.arange(few), np.full(few, T + 60.0), np.zeros(few, dtype=np.int64)
        one, other = quiet.measure(ours, device, times, number), whole.measure(theirs, device, times, number)
        assert {name: column.tolist() for name, column in one.values.items()} == {
            name: column.tolist() for name, column in other.values.items()
        }


def test_an_ordinary_year_raises_nothing(whole: Simulation, every: Catalogue) -> None:
    """Every day course stays on the calm side of every rule, in rain, heat and frost."""
    times = T + np.arange(0, 365 * DAY, 5 * 3600.0 + 11)
    for kind in read_simulator_files(every).kind:
        fleet = whole.fleets[kind]
        device = np.arange(len(times)) % len(fleet)
        values = whole.measure(fleet, device, times, np.zeros(len(times), dtype=np.int64)).values
        for rule in answers_of(every):
            if rule.kind == kind:
                assert not rule.is_met(values[rule.metric]).any(), rule.id


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("presented", [False, True])
def test_a_scenario_raises_what_it_promises_and_nothing_else(whole: Simulation, name: str, presented: bool) -> None:
    """By the simulator's own truth, at its natural pace as well as at the presenter's."""
    story = scenarios.load_story(name, whole.catalogue)
    run = Run(1, name, story.pace if presented else 1.0, NOW, "test", NOW)
    city = whole.with_script(tell(whole, run, whole.script))
    raised = set()
    for incident in city.script.staged:
        found = answer(city, incident, start=incident.start, end=incident.end)
        raised |= {(one.rule, one.sensor) for one in found.expected}
    promised = [claim for step in story.step for claim in step.shows if isinstance(claim, Raises)]

    assert {claim.rule for claim in promised} == {rule for rule, _ in raised}
    assert {(claim.rule, sensor) for claim in promised for sensor in claim.sensors} <= raised


@pytest.mark.parametrize("name", STORIES)
def test_what_a_scenario_says_to_clear_is_over_at_its_end(whole: Simulation, name: str) -> None:
    story = scenarios.load_story(name, whole.catalogue)
    city = whole.with_script(tell(whole, Run(1, name, 1.0, NOW, "test", NOW), whole.script))
    end = (NOW + timedelta(seconds=scenarios.summarise(name, whole.catalogue).lasts)).timestamp() - 60
    rules = {rule.id: rule for rule in answers_of(whole.catalogue)}
    clears = {rule for step in story.step for claim in step.shows if isinstance(claim, Clears) for rule in claim.rules}

    assert clears
    for rule in (rules[name] for name in clears):
        fleet = city.fleets[rule.kind]
        device = np.arange(len(fleet))
        values = city.measure(fleet, device, np.full(len(fleet), end), np.zeros(len(fleet), dtype=np.int64)).values
        assert not rule.is_met(values[rule.metric]).any(), rule.id


def test_the_answers_are_those_of_the_rules(every: Catalogue) -> None:
    """They are written down twice, and this test compares them."""
    theirs = {
        rule.id: (rule.severity, rule.kind, rule.when.metric, rule.when.direction.value, rule.when.limit, rule.on_delay)
        for rule in load_rules(every)
        if isinstance(rule.when, Threshold)
    }
    for one in answers_of(every):
        assert theirs[one.id] == (one.severity, one.kind, one.metric, one.direction, one.limit, one.hold)


def test_every_incident_goes_beyond_the_limit_of_a_rule(every: Catalogue) -> None:
    """What goes wrong by chance or in a scenario is something that a duty officer is told."""
    for name, plan in described_plans(every).items():
        judged = [rule for rule in answers_of(every) if (rule.kind, rule.metric) == (plan.kind, plan.metric)]
        assert any(rule.is_met(np.array(plan.peak)).all() for rule in judged), name


def test_incidents_of_other_domains_disturb_none_of_the_usual_ones(every: Catalogue, simulation: Simulation) -> None:
    beside = Simulation.make(every, ZONE, seed=7, sensors=60, start=START)
    assert simulation.calendar is not None
    assert beside.calendar is not None

    usual = simulation.calendar.between(T, T + 6 * 3600)
    all_of_them = beside.calendar.between(T, T + 6 * 3600)
    others = [one for one in all_of_them if one not in usual]

    assert [one for one in all_of_them if one in usual] == usual
    assert len({every.kind[one.plan.kind].domain for one in others} - {"environment", "traffic", "emergency"}) >= 4


def test_scenarios_are_offered_where_the_city_measures_what_they_are_about(every: Catalogue) -> None:
    names = [one.name for one in scenarios.all_scenarios(every)]
    water = [one.name for one in scenarios.all_scenarios(load_catalogue(chosen=["water"]))]

    assert names == [*scenarios.ORDER, *STORIES]
    assert water == ["quiet-day", "bad-sensors", "broker-outage", "drains-full"]
    with pytest.raises(ScenarioError, match="quiet-day"):
        scenarios.summarise("drains-full", load_catalogue())


PACK = {
    "domain.toml": 'name = { zh = "港口", en = "Harbour" }\ncolour = "#cccccc"\n',
    "kinds.toml": """
[metric.berth_used]
name = { zh = "泊位占用率", en = "Berths taken" }
unit = "%"
valid = [0, 100]
plausible = [0, 100]
precision = 0
colour = "#cccccc"
[kind.quay_crane]
name = { zh = "岸桥", en = "Quay crane" }
metrics = ["berth_used", "wind_speed"]
interval = 60
""",
}


def write_pack(folder: Path, **files: str) -> Path:
    (folder / "harbour").mkdir()
    for name, text in {**PACK, **files}.items():
        (folder / "harbour" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_city_s_own_domain_is_played_without_a_word_about_it(tmp_path: Path, city: CityLand) -> None:
    catalogue = load_catalogue(folder=write_pack(tmp_path))
    fleet = place_devices(city, catalogue, 200)["quay_crane"]

    assert fleet.sensors[0].sensor_id == "QUAYCRANE-0001"
    assert fleet.sensors[0].name.endswith("岸桥 01")
    assert len(fleet) > 1


def test_a_domain_says_where_and_how_its_kinds_are_played(tmp_path: Path, city: CityLand) -> None:
    said = """
[kind.quay_crane]
prefix = "QC"
label = "岸桥"
weight = 1
where = "rivers"
course.berth_used = { level = 70 }
"""
    catalogue = load_catalogue(folder=write_pack(tmp_path, **{"simulator.toml": said}))
    fleet = make_fleet(city, catalogue, "quay_crane", 3)
    values = find_model(catalogue, "quay_crane")(Moments(np.full(3, T), 0.0), fleet.sites, make_weather(7))

    assert fleet.sensors[2].sensor_id == "QC-0003"
    assert values["berth_used"].tolist() == [70, 70, 70]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("kind = 3", "kind"), ("[kind.quay_crane]\nprefix = 3", "prefix"), ("[", "simulator.toml")],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    catalogue = load_catalogue(folder=write_pack(tmp_path, **{"simulator.toml": text}))

    with pytest.raises(SimulatorFileError, match=complaint):
        read_simulator_files(catalogue)


def test_a_place_that_the_city_does_not_have_is_refused(tmp_path: Path, city: CityLand) -> None:
    said = '[kind.quay_crane]\nprefix = "QC"\nlabel = "x"\nweight = 1\nwhere = "moon"\n'
    catalogue = load_catalogue(folder=write_pack(tmp_path, **{"simulator.toml": said}))

    with pytest.raises(SimulatorFileError, match=r"moon.*communities"):
        make_fleet(city, catalogue, "quay_crane", 1)
