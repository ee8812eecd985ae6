"""Scenarios as TOML files in `data/scenarios`: what happens where, step by step, and what a presenter says to it."""

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np

from cityops import scenarios
from cityops.catalogue import Catalogue, Names
from cityops.scenarios import Run, Scenario
from sensors_sim.errors import ScenarioError
from sensors_sim.fleet.devices import KINDS, make_fleet
from sensors_sim.land.city import City
from sensors_sim.land.sites import Sites
from sensors_sim.options import parse_span
from sensors_sim.story.claims import Claim
from sensors_sim.story.faults import Fault, FaultKind
from sensors_sim.story.incidents import EVERY, Incident, Shape, make_incident
from sensors_sim.story.simulation import Simulation

ORDER = ("quiet-day", "rainstorm", "gas-leak", "rush-hour-crash", "pollution-episode", "heatwave", "festival",
         "bad-sensors", "broker-outage")  # fmt: skip
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


@cache
def load_story(name: str) -> Story:
    """Load a scenario by its name. Raises ScenarioError."""
    if name not in ORDER:
        raise ScenarioError(f"There is no scenario {name!r}. Choose one of: {', '.join(ORDER)}.")
    text = files("sensors_sim").joinpath(f"data/scenarios/{name}.toml").read_text(encoding="utf-8")
    try:
        return msgspec.convert(tomllib.loads(text), Story)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(f"{name}.toml: {error}. Correct it and start again.") from error


def summarise(name: str) -> Scenario:
    """Return what a presenter sees of a scenario. Raises ScenarioError."""
    story = load_story(name)
    steps = tuple(scenarios.Step(parse_span(step.at, "at"), step.title, step.says) for step in story.step)
    return Scenario(name, story.title, story.summary, parse_span(story.lasts, "lasts"), story.pace, steps)


def all_scenarios() -> list[Scenario]:
    """Return all scenarios in the presenter's order."""
    return [summarise(name) for name in ORDER]


def stage(simulation: Simulation, run: Run) -> tuple[tuple[Incident, ...], tuple[Fault, ...]]:
    """Return what happens in a run, in real time. A run that was ended lets what is under way fade."""
    story = load_story(run.name)
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
    plan = EVERY[line.what]
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
        )
        for sites, index in _places(simulation.city, simulation.catalogue, plan.kind, line.sensors)
    ]


def _places(city: City, catalogue: Catalogue, kind: str, sensors: tuple[str, ...]) -> list[tuple[Sites, int]]:
    """Return where sensors of the standard city stand; they need not be installed. Nowhere is the first one."""
    numbers = [int(sensor.removeprefix(KINDS[kind].prefix + "-")) for sensor in sensors] or [1]
    sites = make_fleet(city, catalogue, kind, max(numbers)).sites
    return [(sites, number - 1) for number in numbers]


def _wind(simulation: Simulation, moment: float) -> float:
    """Return where the wind blows to, radians from north."""
    _, direction = simulation.weather.wind(simulation.clock.moments(np.array([moment])))
    return float(np.radians(direction[0] + 180))


def _faults(simulation: Simulation, run: Run, line: FaultLine, at: float) -> list[Fault]:
    begins = at + parse_span(line.after, "after")
    start, end = run.moment(begins).timestamp(), run.moment(begins + parse_span(line.lasts, "lasts")).timestamp()
    every = [sensor.sensor_id for fleet in simulation.fleets.values() for sensor in fleet.sensors]
    hit = every if line.sensors == EVERYONE else [sensor for sensor in line.sensors if sensor in set(every)]
    return [Fault(line.what, sensor_id, start, end, line.size) for sensor_id in hit]


def _cut(incident: Incident, ended: float) -> Incident:
    """Let an incident fade from the moment at which its run was ended."""
    fading = ended + 2 * incident.rise / incident.pace
    return incident if incident.end <= fading else replace(incident, end=fading)


def _mend(fault: Fault, ended: float) -> Fault:
    return fault if fault.end <= ended else Fault(fault.kind, fault.sensor_id, fault.start, ended, fault.size)
