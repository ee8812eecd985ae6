"""What can go wrong in a city: each kind of incident, where and how it goes. As data; a domain's folder has its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from cityops.catalogue import Catalogue
from sensors_sim.errors import SimulatorFileError
from sensors_sim.fleet.simulator_files import read_simulator_files


class Shape(StrEnum):
    """Which places an incident reaches, and how it comes there."""

    CIRCLE = "circle"  # around its place, weaker outwards
    ROAD = "road"  # along one road: a queue grows upstream
    PLUME = "plume"  # downwind of its place
    WAVE = "wave"  # around its place, later outwards: a flood on its way downstream
    FRONT = "front"  # over the whole city, from west to east
    CITY = "city"  # everywhere at once, a little more in the centre


@dataclass(frozen=True, slots=True)
class IncidentPlan:
    """How a type of incident goes: on devices of one kind, within `radius` km, up to `peak` of a metric."""

    kind: str
    metric: str
    peak: tuple[float, float]  # the lowest and highest peak, in the metric's unit
    radius: float  # km
    lasts: tuple[float, float]  # seconds
    rise: float  # seconds
    weight: float = 0.0  # how often by chance, beside the others
    shape: Shape = Shape.CIRCLE


PLANS: Mapping[str, IncidentPlan] = {
    "gas_leak": IncidentPlan("gas_detector", "gas_lel", (26, 38), 0.35, (300, 720), 12, 2.0),
    "crash": IncidentPlan("traffic_detector", "speed", (7, 12), 1.5, (420, 900), 30, 3.0, Shape.ROAD),
    "underpass_flood": IncidentPlan("underpass_gauge", "water_depth", (19, 36), 0.2, (420, 1200), 90, 2.0),
    "pollution_episode": IncidentPlan("air_station", "pm25", (125, 165), 2.0, (900, 1800), 240, 1.0),
    "fire": IncidentPlan("smoke_detector", "smoke", (14, 32), 0.2, (240, 600), 30, 1.0),
    "open_manhole": IncidentPlan("manhole", "tilt", (18, 65), 0.02, (300, 900), 3, 1.0),
    "burst_main": IncidentPlan("hydrant", "water_pressure", (0.03, 0.08), 0.6, (420, 900), 20, 1.0),
    "roadworks": IncidentPlan("noise_meter", "leq", (87, 93), 0.3, (300, 900), 15, 0.7),
    "crowd": IncidentPlan("crowd_counter", "crowd_density", (5.2, 6.4), 0.2, (300, 720), 120, 0.7),
}
STAGED: Mapping[str, IncidentPlan] = {  # these happen only in scenarios
    "gas_plume": IncidentPlan("gas_detector", "gas_lel", (30, 38), 3.0, (600, 1200), 30, shape=Shape.PLUME),
    "rain_front": IncidentPlan("weather_station", "rain_rate", (40, 70), 60, (1800, 5400), 300, shape=Shape.FRONT),
    "poor_sight": IncidentPlan("road_weather", "visibility", (300, 900), 60, (1800, 5400), 300, shape=Shape.FRONT),
    "river_flood": IncidentPlan("river_gauge", "water_level", (4.7, 5.4), 12, (1800, 7200), 900, shape=Shape.WAVE),
    "jam": IncidentPlan("traffic_detector", "speed", (6, 12), 3.0, (900, 3600), 120, shape=Shape.CIRCLE),
    "smog": IncidentPlan("air_station", "pm25", (130, 190), 60, (3600, 86400), 3600, shape=Shape.CITY),
    "heat": IncidentPlan("weather_station", "temperature", (37.5, 40), 60, (3600, 43200), 5400, shape=Shape.CITY),
    "hot_road": IncidentPlan("road_weather", "road_temperature", (55, 65), 60, (3600, 43200), 5400, shape=Shape.CITY),
    "rush": IncidentPlan("transit_counter", "passengers", (9000, 14000), 3.0, (900, 7200), 600),
    "music": IncidentPlan("noise_meter", "leq", (86, 92), 1.0, (900, 7200), 120),
    "full_parking": IncidentPlan("parking", "parking_used", (98.5, 99.5), 2.5, (900, 7200), 900),
}
EVERY: Mapping[str, IncidentPlan] = {**PLANS, **STAGED}


def plans_of(catalogue: Catalogue) -> dict[str, IncidentPlan]:
    """Return the types of incidents that can happen to the kinds of a catalogue. Raises SimulatorFileError."""
    every = {**EVERY, **described_plans(catalogue)}
    return {name: plan for name, plan in every.items() if plan.kind in catalogue.kind}


def described_plans(catalogue: Catalogue) -> dict[str, IncidentPlan]:
    """Return the types of incidents that the domains of a catalogue describe. Raises SimulatorFileError."""
    found = {}
    for name, entry in read_simulator_files(catalogue).incident.items():
        try:
            found[name] = msgspec.convert(entry, IncidentPlan)
        except msgspec.ValidationError as error:
            raise SimulatorFileError(f"incident.{name}: {error}. {SimulatorFileError.__doc__}") from error
    return found
