"""Scenarios as TOML files: what happens where, step by step, and what a presenter says to it.

Ours are in `data/scenarios`; a domain has its own in its folder `scenarios`.
"""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from cityops import scenarios
from cityops.catalogue import Catalogue, Names
from cityops.scenarios import Run, Scenario
from sensors_sim.errors import ScenarioError
from sensors_sim.fleet.devices import describe_kind, make_fleet
from sensors_sim.fleet.simulator_files import SCENARIOS
from sensors_sim.land.city import CityLand
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.options import parse_span
from sensors_sim.story.claims import Claim
from sensors_sim.story.faults import DeviceFault, FaultKind
from sensors_sim.story.incident_plans import Shape, plans_of
from sensors_sim.story.incidents import Incident, make_incident
from sensors_sim.story.simulation import Simulation

ORDER = ("quiet-day", "rainstorm", "gas-leak", "rush-hour-crash", "pollution-episode", "heatwave", "festival",
         "bad-sensors", "broker-outage")  # fmt: skip
OURS = Path(__file__).parents[1] / "data" / "scenarios"
EVERYONE = ("*",)


class IncidentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An incident at each of these sensors of the standard city; `after`, `lasts`, `rise` are spans such as 10m."""

    what: str
    peak: float
    lasts: str
    sensors: tuple[str, ...] = ()  # empty only for what reaches the whole city
    after: str = "0"
    rise: str = ""
    radius: float | None = None  # km


class FaultLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault of each of these sensors; `*` is every device of the city."""

    what: FaultKind
    sensors: tuple[str, ...]
    lasts: str
    after: str = "0"
    size: float = 0.0  # see faults.Fault


class StepLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step as a person writes it."""

    at: str
    title: Names
    says: Names
    incident: tuple[IncidentLine, ...] = ()
    fault: tuple[FaultLine, ...] = ()
    shows: tuple[Claim, ...] = ()  # what `says` promises that the city shows


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file."""

    title: Names
    summary: Names
    lasts: str
    pace: float
    step: tuple[StepLine, ...]


def story_files(catalogue: Catalogue | None = None) -> dict[str, Path]:
    """Return the files by name, in the presenter's order: ours, then those of the domains of a catalogue."""
    found = {name: OURS / f"{name}.toml" for name in ORDER}
    folders = [] if catalogue is None else [folder / SCENARIOS for folder in catalogue.folders.values()]
    return found | {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def load_story(name: str, catalogue: Catalogue | None = None) -> Story:
    """Load a scenario by its name, one of ours or of the domains of a catalogue. Raises ScenarioError."""
    known = story_files(catalogue)
    if name not in known:
        raise ScenarioError(f"There is no scenario {name!r}. Choose one of: {', '.join(known)}.")
    return _read(known[name])


@cache
def _read(path: Path) -> Story:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Story)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(f"{path}: {error}. Correct it and start again.") from error


def summarise(name: str, catalogue: Catalogue | None = None) -> Scenario:
    """Return what a presenter sees of a scenario. Raises ScenarioError."""
    story = load_story(name, catalogue)
    steps = tuple(scenarios.ScenarioStep(parse_span(step.at, "at"), step.title, step.says) for step in story.step)
    return Scenario(name, story.title, story.summary, parse_span(story.lasts, "lasts"), story.pace, steps)


def all_scenarios(catalogue: Catalogue | None = None) -> list[Scenario]:
    """Return the scenarios in the presenter's order: all of ours, or those that a city's catalogue can play."""
    names = ORDER if catalogue is None else [name for name in story_files(catalogue) if _can_play(name, catalogue)]
    return [summarise(name, catalogue) for name in names]


def _can_play(name: str, catalogue: Catalogue) -> bool:
    """Whether the city measures everything that a story is about."""
    plans = plans_of(catalogue)
    return all(line.what in plans for step in load_story(name, catalogue).step for line in step.incident)


def stage(simulation: Simulation, run: Run) -> tuple[tuple[Incident, ...], tuple[DeviceFault, ...]]:
    """Return what happens in a run, in real time. A run that was ended lets what is under way fade."""
    story = load_story(run.name, simulation.catalogue)
    ended = np.inf if run.ended_at is None else run.ended_at.timestamp()
    incidents, faults = [], []
    for step in story.step:
        at = parse_span(step.at, "at")
        for line in step.incident:
            incidents += [one for one in _incidents(simulation, run, line, at) if one.start < ended]
        for trouble in step.fault:
            faults += [one for one in _faults(simulation, run, trouble, at) if one.start < ended]
    return tuple(_cut(one, ended) for one in incidents), tuple(_mend(one, ended) for one in faults)


def _incidents(simulation: Simulation, run: Run, line: IncidentLine, at: float) -> list[Incident]:
    begins = at + parse_span(line.after, "after")
    start, end = run.moment(begins).timestamp(), run.moment(begins + parse_span(line.lasts, "lasts")).timestamp()
    plan = plans_of(simulation.catalogue).get(line.what)
    if plan is None:
        raise ScenarioError(f"Nothing is known of an incident {line.what!r} here. {ScenarioError.__doc__}")
    wind = _wind(simulation, start) if plan.shape is Shape.PLUME else 0.0
    return [
        make_incident(
            line.what,
            start,
            end,
            sites,
            index,
            peak=line.peak,
            radius=line.radius,
            rise=parse_span(line.rise, "rise") if line.rise else None,
            pace=run.pace,
            wind=wind,
            plan=plan,
        )
        for sites, index in _places(simulation.city, simulation.catalogue, plan.kind, line.sensors)
    ]


def _places(city: CityLand, catalogue: Catalogue, kind: str, sensors: tuple[str, ...]) -> list[tuple[SiteArrays, int]]:
    """Return where sensors of the standard city stand; they need not be installed. Nowhere is the first one."""
    numbers = [int(sensor.removeprefix(describe_kind(catalogue, kind).prefix + "-")) for sensor in sensors] or [1]
    sites = make_fleet(city, catalogue, kind, max(numbers)).sites
    return [(sites, number - 1) for number in numbers]


def _wind(simulation: Simulation, moment: float) -> float:
    """Return where the wind blows to, radians from north."""
    _, direction = simulation.weather.wind(simulation.clock.moments(np.array([moment])))
    return float(np.radians(direction[0] + 180))


def _faults(simulation: Simulation, run: Run, line: FaultLine, at: float) -> list[DeviceFault]:
    begins = at + parse_span(line.after, "after")
    start, end = run.moment(begins).timestamp(), run.moment(begins + parse_span(line.lasts, "lasts")).timestamp()
    every = [sensor.sensor_id for fleet in simulation.fleets.values() for sensor in fleet.sensors]
    hit = every if line.sensors == EVERYONE else [sensor for sensor in line.sensors if sensor in set(every)]
    return [DeviceFault(line.what, sensor_id, start, end, line.size) for sensor_id in hit]


def _cut(incident: Incident, ended: float) -> Incident:
    """Let an incident fade from the moment at which its run was ended."""
    fading = ended + 2 * incident.rise / incident.pace
    return incident if incident.end <= fading else replace(incident, end=fading)


def _mend(fault: DeviceFault, ended: float) -> DeviceFault:
    return fault if fault.end <= ended else DeviceFault(fault.kind, fault.sensor_id, fault.start, ended, fault.size)
