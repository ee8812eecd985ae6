"""Incidents: small labelled objects that bend the values of the devices near them for a while.

They keep real time, not the model's: at `--speed 60` a gas leak still lasts long enough for a device to
report it. Each belongs to a slot of time and is made from the seed and the slot's number alone; its place
is that of one of the first devices of the standard city, whether or not that device is installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sensors_sim import keys, noise
from sensors_sim.devices import Fleet
from sensors_sim.models import traffic
from sensors_sim.sites import Sites

Floats = NDArray[np.float64]
Values = dict[str, Floats]
SLOT = 600.0  # seconds: six incidents an hour


@dataclass(frozen=True, slots=True)
class Plan:
    """How a type of incident goes: on devices of one kind, within `radius` km, up to `peak` of a metric."""

    kind: str
    metric: str
    peak: tuple[float, float]  # the lowest and highest peak, in the metric's unit
    radius: float  # km
    lasts: tuple[float, float]  # seconds
    rise: float  # seconds
    weight: float


PLANS: Mapping[str, Plan] = {
    "gas_leak": Plan("gas_detector", "gas_lel", (26, 38), 0.35, (300, 720), 12, 2.0),
    "crash": Plan("traffic_detector", "speed", (7, 12), 1.5, (420, 900), 30, 3.0),
    "underpass_flood": Plan("underpass_gauge", "water_depth", (19, 36), 0.2, (420, 1200), 90, 2.0),
    "pollution_episode": Plan("air_station", "pm25", (125, 165), 2.0, (900, 1800), 240, 1.0),
    "fire": Plan("smoke_detector", "smoke", (14, 32), 0.2, (240, 600), 30, 1.0),
    "open_manhole": Plan("manhole", "tilt", (18, 65), 0.02, (300, 900), 3, 1.0),
    "burst_main": Plan("hydrant", "water_pressure", (0.03, 0.08), 0.6, (420, 900), 20, 1.0),
    "roadworks": Plan("noise_meter", "leq", (87, 93), 0.3, (300, 900), 15, 0.7),
    "crowd": Plan("crowd_counter", "crowd_density", (5.2, 6.4), 0.2, (300, 720), 120, 0.7),
}
OPENING = (("gas_leak", 10.0), ("crash", 35.0), ("underpass_flood", 70.0))  # type, seconds after start


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that goes wrong: from start to end (seconds since 1970), around x, y (km)."""

    name: str  # of its plan
    start: float
    end: float
    x: float
    y: float
    road: int
    peak: float

    @property
    def plan(self) -> Plan:
        """How incidents of this type go."""
        return PLANS[self.name]

    def affected(self, fleet: Fleet) -> list[str]:
        """Return the sensors of a fleet that this incident bends."""
        if fleet.kind != self.plan.kind:
            return []
        near = self._closeness(fleet.sites) > 0
        return [sensor.sensor_id for sensor, hit in zip(fleet.sensors, near, strict=True) if hit]

    def apply(self, values: Values, real: Floats, sites: Sites) -> Values:
        """Return the values with this incident in them. Arrays have one entry a reading."""
        share = self._closeness(sites) * self._course(real, sites)
        if not share.any():
            return values
        if self.name == "crash":
            return _jam(values, share, self.peak, sites)
        old = values[self.plan.metric]
        bent = {self.plan.metric: old + share * (self.peak - old)}
        if self.name == "pollution_episode":
            bent["pm10"] = values["pm10"] + 1.3 * (bent["pm25"] - old)
            bent["co"] = values["co"] + 0.01 * (bent["pm25"] - old)
        return values | bent

    def _closeness(self, sites: Sites) -> Floats:
        """Return 1 at the place itself, less around it, 0 outside the radius or on another road."""
        away = np.hypot(sites.x - self.x, sites.y - self.y) / self.plan.radius
        share = np.clip(1.15 - away**2, 0, 1)
        return np.asarray(np.where(sites.road == self.road, share, 0) if self.name == "crash" else share)

    def _course(self, real: Floats, sites: Sites) -> Floats:
        """Return 0 to 1 over time: a quick rise, a plateau with a little unrest, a slower end."""
        # A queue grows upstream at about 15 km/h (Lighthill and Whitham, 1955).
        delay = np.hypot(sites.x - self.x, sites.y - self.y) * 240.0 if self.name == "crash" else 0.0
        up = np.clip((real - self.start - delay) / self.plan.rise, 0, 1)
        down = np.clip((self.end - real) / (2 * self.plan.rise), 0, 1)
        unrest = 1 - 0.04 * np.abs(noise.smooth(sites.key, real, 45.0))
        return np.asarray(np.sqrt(np.minimum(up, down)) * unrest)


@dataclass(frozen=True, eq=False)
class Calendar:
    """All incidents of a seed: one a slot, and a few that open a demonstration at `opening`."""

    seed: int
    pools: Mapping[str, Sites]  # places where each kind of device stands in the standard city
    opening: float | None = None

    def between(self, start: float, end: float) -> list[Incident]:
        """Return the incidents that touch a span of real time (seconds since 1970), in order of their start."""
        longest = max(plan.lasts[1] for plan in PLANS.values())
        slots = range(int((start - longest) // SLOT), int(end // SLOT) + 1)
        every = [_in_slot(self, slot) for slot in slots] + self._at_opening
        return sorted((i for i in every if i.start <= end and i.end >= start), key=lambda i: (i.start, i.name))

    @cached_property
    def _at_opening(self) -> list[Incident]:
        if self.opening is None:
            return []
        return [
            self.make(name, self.opening + after, keys.make_generator(self.seed, "opening", name), index=0)
            for name, after in OPENING
        ]

    def make(self, name: str, start: float, random: np.random.Generator, *, index: int | None = None) -> Incident:
        """Make one incident: at a place of the pool by number, or by chance."""
        plan = PLANS[name]
        sites = self.pools[plan.kind]
        if index is None:
            odds = sites.industry + 0.02 if name == "pollution_episode" else np.ones(len(sites.x))
            index = int(np.searchsorted(np.cumsum(odds), random.random() * odds.sum(), side="right"))
        return Incident(
            name,
            start,
            start + random.uniform(*plan.lasts),
            float(sites.x[index]),
            float(sites.y[index]),
            int(sites.road[index]),
            random.uniform(*plan.peak),
        )


@lru_cache(maxsize=64)  # live, the same few slots are asked for several times a second
def _in_slot(calendar: Calendar, slot: int) -> Incident:
    random = keys.make_generator(calendar.seed, "incident", slot)
    weights = np.array([plan.weight for plan in PLANS.values()])
    name = list(PLANS)[int(np.searchsorted(np.cumsum(weights), random.random() * weights.sum(), side="right"))]
    return calendar.make(name, (slot + random.random()) * SLOT, random)


def _jam(values: Values, share: Floats, crawl: float, sites: Sites) -> Values:
    """Slow traffic down to `crawl` km/h with the density and flow that belong to it."""
    speed = values["speed"] + share * (crawl - values["speed"])
    free = np.maximum(sites.free_speed, speed)
    jammed = traffic.from_loading(traffic.loading_at(speed, free), free, sites.lanes)
    return values | {name: np.where(share > 0, jammed[name], values[name]) for name in jammed}
